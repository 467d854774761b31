// What every candidate of the stream benchmark carries. bench.proto is its Protobuf twin.
namespace rs bench
namespace go bench

struct Message {
    1: binary payload
}

// Asks for an endless run of messages; the client counts them and hangs up.
struct Burst {
    1: i32 size // payload of each message, in bytes
}

// The method name `Echo` makes a data frame's head 34 bytes long, like the one of the `mux` floor.
service Stream {
    Message Echo(1: Message message) (streaming.mode = "bidirectional")
    Message ServerStream(1: Burst burst) (streaming.mode = "server")
    Message Unary(1: Message message)
}

// For candidates without streaming: one call carries what one message of a stream carries.
service PingPong {
    Message Echo(1: Message message)
}

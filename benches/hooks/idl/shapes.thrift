// A method of each shape.
namespace rs shapes

struct Message {
    1: binary payload
}

// Asks for so many messages.
struct Count {
    1: i32 messages
}

service Shapes {
    Message Call(1: Message message)
    Message Unary(1: Message message) (streaming.mode = "unary")
    Count Collect(1: Message message) (streaming.mode = "client")
    Message Watch(1: Count count) (streaming.mode = "server")
    Message Echo(1: Message message) (streaming.mode = "bidirectional")
}

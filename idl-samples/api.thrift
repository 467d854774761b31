// The service of Kitex's guide "Thrift Streaming": three streams and a ping-pong call.
namespace go echo

struct Request {
    1: optional string message,
}

struct Response {
    1: optional string message,
}

service TestService {
    // Both sides send as they like.
    Response Echo(1: Request req) (streaming.mode = "bidirectional"),

    // The client sends many messages and gets one.
    Response EchoClient(1: Request req) (streaming.mode = "client"),

    // The client sends one message and gets many.
    Response EchoServer(1: Request req) (streaming.mode = "server"),

    // One message each way, without a stream.
    Response EchoPingPong(1: Request req),
}

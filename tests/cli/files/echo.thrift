namespace go echo

/// What a client sends.
struct Request {
    1: required string message,
}

/// What a server answers.
struct Response {
    1: required string message,
}

/// One method for each way to talk: ping-pong and the three streaming modes.
service TestService {
    Response PingPong(1: Request req) // not a streaming method

    Response Echo (1: Request req) (streaming.mode="bidirectional"),
    Response EchoClient (1: Request req) (streaming.mode="client"),
    Response EchoServer (1: Request req) (streaming.mode="server"),
}

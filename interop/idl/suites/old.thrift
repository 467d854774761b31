// `Suite` of suite.thrift as a tool reads it that knows no streams.
namespace go suites

struct Msg {
    1: required string message,
}

exception Refused {
    1: string message,
}

service Suite {
    Msg Bidi(1: Msg req),
    Msg Client(1: Msg req),
    Msg Server(1: Msg req),
    Msg Unary(1: Msg req),

    Msg PingPong(1: Msg req1, 2: Msg req2) throws (1: Refused refused),
    void Oneway(1: Msg req),
    void Ping(),
}

// What the services of kitex-tests' suites of streams have between them: one method of each mode.
namespace go suites

include "a.b.c.thrift"

struct Msg {
    1: required string message,
}

exception Refused {
    1: string message,
}

service Suite {
    Msg Bidi(1: Msg req) (streaming.mode = "bidirectional"),
    Msg Client(1: Msg req) (streaming.mode = "client"),
    Msg Server(1: Msg req) (streaming.mode = "server"),
    Msg Unary(1: Msg req) (streaming.mode = "unary"),

    Msg PingPong(1: Msg req1, 2: Msg req2) throws (1: Refused refused),
    void Oneway(1: Msg req),
    void Ping(),
}

// Messages of a file whose name has dots.
service Abc {
    a.b.c.Response Echo(1: a.b.c.Request req1, 2: a.b.c.Request req2),
    a.b.c.Response Bidi(1: a.b.c.Request req) (streaming.mode = "bidirectional"),
    a.b.c.Response Client(1: a.b.c.Request req) (streaming.mode = "client"),
    a.b.c.Response Server(1: a.b.c.Request req) (streaming.mode = "server"),
    a.b.c.Response Unary(1: a.b.c.Request req) (streaming.mode = "unary"),
}

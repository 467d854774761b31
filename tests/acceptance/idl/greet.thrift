// Every kind of method in one service that Kitex would write in lower case.
namespace go hello.greet.team

include "base.thrift"

struct Ask {
    1: required string name,
    255: optional base.Base base,
}

struct Answer {
    1: required string text
    2: required base.BaseResp baseResp
}

exception Refused {
    1: string message
}

service greet {
    Answer Plain(1: required Ask req)
    Answer Throwing(1: required Ask req) throws (1: Refused refused)
    void Nothing(1: required Ask req)
    void NothingThrowing(1: required Ask req) throws (1: Refused refused)
    oneway void Fire(1: required Ask req)
    Answer Both(1: Ask req) (streaming.mode = "bidirectional")
    Answer Up(1: Ask req) (streaming.mode = "client")
    Answer Down(1: Ask req) (streaming.mode = "server")
    Answer Once(1: Ask req) (streaming.mode = "unary")
}

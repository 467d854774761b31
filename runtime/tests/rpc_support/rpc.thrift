// What the tests of client and server call: each mode, each shape of result.
namespace go rpc

struct Msg {
    1: required string text,
    2: i64 seq,
}

exception Refused {
    1: required i32 code,
    2: string why,
}

service Base {
    string Hello(1: string name) (retry = "safe"),
}

service Peer extends Base {
    Msg Echo(1: Msg req) throws (1: Refused refused),
    i64 Sum(1: i64 first, 3: list<i32> rest),
    void Nothing(1: string note) throws (2: Refused refused),
    oneway void Fire(1: Msg req),

    Msg Bidi(1: Msg req) (streaming.mode = "bidirectional"),
    Msg Collect(1: Msg req) (streaming.mode = "client"),
    Msg Count(1: Msg req) (streaming.mode = "server"),
}

service Other {
    Msg Bidi(1: Msg req) (streaming.mode = "bidirectional"),
    string OnlyOther(1: string name),
}

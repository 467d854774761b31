// What interop/hostile attacks: one method of each kind.
namespace rs hostile

// One byte on the wire, and much more in memory.
struct Hollow {
    1: optional string first,
    2: optional string second,
    3: optional binary third,
    4: optional i64 fourth,
    5: optional map<string, string> fifth,
}

struct Nest {
    1: optional Nest next,
}

// `order` of a stream's first message says what the handler does.
struct Msg {
    1: string order,
    2: binary payload,
    3: list<Hollow> hollows,
    4: optional Nest nest,
    5: list<i64> numbers,
}

service Target {
    Msg Call(1: Msg req),
    Msg Talk(1: Msg req) (streaming.mode = "bidirectional"),
}

// Two services, for `-combine-service`: a call, and a stream.
namespace go combine

struct Msg {
    1: required string message,
}

service Calls {
    Msg Foo(1: Msg req),
}

service Streams {
    Msg Bar(1: Msg req) (streaming.mode = "bidirectional"),
}

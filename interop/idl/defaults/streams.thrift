// A service with streams, as Kitex's defaults for Thrift tell it apart.
namespace go streams

struct Text {
    1: string text,
}

service Streams {
    Text Echo(1: Text req),
    Text Unary(1: Text req) (streaming.mode = "unary"),
    Text Client(1: Text req) (streaming.mode = "client"),
    Text Server(1: Text req) (streaming.mode = "server"),
    Text Bidi(1: Text req) (streaming.mode = "bidirectional"),
}

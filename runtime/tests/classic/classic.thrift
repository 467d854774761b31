// Every kind of method that the classic surface tells apart.
namespace go classic

struct Text {
    1: string text,
}

exception Refused {
    1: string why,
}

service Desk {
    Text ask(1: Text text) throws (1: Refused refused),
    Text touch(1: Text text) throws (1: Refused refused) (streaming.mode = "unary"),
    Text collect(1: Text text) (streaming.mode = "client"),
    Text watch(1: Text text) (streaming.mode = "server"),
    Text exchange(1: Text text) (streaming.mode = "bidirectional"),
}

// One service in both languages, one field wide: what goes over the wire can be written by hand.
namespace go notes

struct Note {
    1: string message,
}

service Notes {
    Note Unary(1: Note req),

    Note Bidi(1: Note req) (streaming.mode = "bidirectional"),
    Note Collect(1: Note req) (streaming.mode = "client"),
    Note Count(1: Note req) (streaming.mode = "server"),
}

// What clients and servers tell their tracers (interop/events): one method of each shape, whose handlers do
// what the first message says, in step with the client.
namespace go events
namespace rs events

struct Note {
    1: string text,
    // The conversation: names its gates, and the log of its events.
    2: string talk,
    // How the handler ends it; see interop/events/src/talk.rs.
    3: string ending,
}

service Events {
    Note Unary(1: Note req),
    Note Client(1: Note req) (streaming.mode = "client"),
    Note Server(1: Note req) (streaming.mode = "server"),
    Note Bidi(1: Note req) (streaming.mode = "bidirectional"),
    // Opens the gate `text` of the conversation `talk`.
    void Open(1: Note gate),
    // Returns when the gate `text` of the conversation `talk` is open.
    void Wait(1: Note gate),
}

// Two services that one handler serves as a third.
namespace rs samples.desk

include "base.thrift"

struct Note {
    1: required string text,
}

exception Torn {
    1: string why,
}

service Notes extends base.Base {
    Note Keep(1: Note note) throws (1: Torn torn),
    oneway void Drop(1: Note note),
}

service Watch {
    i64 Count(1: string word),
    Note Tail(1: Note first) (streaming.mode = "server"),
}

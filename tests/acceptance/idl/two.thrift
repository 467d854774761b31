// Two services, which share a file's types.
namespace go codegen.two

struct Note {
    1: required string text,
}

service First {
    Note Keep(1: Note note),
}

service Second {
    i64 Count(1: list<Note> notes),
}

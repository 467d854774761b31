namespace rs samples.defaults

struct Ask {
    1: string text,
}

exception Refused {
    1: string why,
}

service Desk {
    Ask echo(1: Ask ask),
    Ask ask(1: Ask ask, 2: i32 limit) throws (1: Refused refused),
    Ask watch(1: Ask ask) (streaming.mode = "server"),
    Ask collect(1: Ask ask) (streaming.mode = "client"),
    Ask chat(1: Ask ask) (streaming.mode = "bidirectional"),
}

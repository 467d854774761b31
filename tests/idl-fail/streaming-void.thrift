struct Message {}

service S {
    void a(1: Message m) (streaming.mode = "bidirectional")
    // The client waits for the answer, even if it is empty.
    void b(1: Message m) (streaming.mode = "unary")
}

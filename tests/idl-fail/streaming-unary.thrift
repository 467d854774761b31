struct Message {}

service S {
    Message a(1: Message m) (streaming.mode = "unary")
    void b(1: Message m) (streaming.mode = "unary")
}

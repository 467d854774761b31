struct Message {}

service S {
    Message a() (streaming.mode = "client")
    Message b(1: Message m, 2: Message n) (streaming.mode = "unary")
}

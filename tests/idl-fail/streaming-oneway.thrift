struct Message {}

service S {
    oneway void a(1: Message m) (streaming.mode = "server")
    oneway void b(1: Message m) (streaming.mode = "unary")
}

struct Message {}

service S {
    Message a(1: Message m = {}) (streaming.mode = "server")
    Message b(1: optional Message m) (streaming.mode = "server")
}

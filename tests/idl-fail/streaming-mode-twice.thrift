struct Message {}

service S {
    Message a(1: Message m) (streaming.mode = "client", streaming.mode = "server")
}

struct Message {
    1: i32 a (streaming.mode = "client")
} (streaming.mode = "client")

service S {
    Message a(1: Message m)
} (streaming.mode = "server")

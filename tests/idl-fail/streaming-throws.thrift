struct Message {}
exception E {}

service S {
    Message a(1: Message m) throws (1: E e) (streaming.mode = "server")
}

struct Message {}

service S {
    void plain()
    Message stream(1: Message m) (streaming.mode = "bidirectional")
}

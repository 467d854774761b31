struct Message {}
typedef Message Alias
typedef list<Message> Batch

service S {
    string a(1: Message m) (streaming.mode = "server")
    Alias b(1: Batch m) (streaming.mode = "client")
}

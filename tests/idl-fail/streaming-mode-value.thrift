struct Message {}

service S {
    Message a(1: Message m) (streaming.mode = "Server")
    Message b(1: Message m) (streaming.mode = "bidi")
    Message c(1: Message m) (streaming.mode = "")
    Message d(1: Message m) (streaming.mode = "both\"ways")
}

struct R { 1: i32 a }

service V {
    R a(1: R r) (streaming.mode = "unary", retry = "safe")
    R b(1: R r) (streaming.mode = "server", retry = "safe")
    oneway void c(1: R r) (retry = "safe")
}

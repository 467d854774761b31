struct R { 1: i32 a }

service V {
    R a(1: R r) (retry = "safe")
    R b(1: R r) (retry = "Safe")
    R c(1: R r) (retry = "never")
    R d(1: R r) (retry)
    R e(1: R r) (retry = "safe", retry = "safe")
    R f(1: R r) (api.retry = "3")
}

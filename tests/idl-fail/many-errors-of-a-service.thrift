namespace go d
struct R { 1: i32 a }
exception X { 1: i32 a }

service V {
    R a(1: R r) (streaming.mode = "bidi"),
    R b() (streaming.mode = "server"),
    void c(1: R r) throws (1: R r)
    void d(1: R r) (streaming.mode = "client")
    oneway void e(1: R r) (streaming.mode = "server")
    R f(1: string text) (streaming.mode = "both")
    R g(1: Missing text) throws (1: R r, 2: X x, 3: X again)
    void g()
}

service W extends Gone {
    void a(1: Missing one, 99999: R two, 1: R three) throws (1: list<Gone> list)
    R b(1: R one, 2: R two) (streaming.mode, streaming.mode = "server")
}

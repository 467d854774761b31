namespace go acme.streamgen_runtime
struct A { 1: i32 a }
service Calls { A call(1: list<A> a, 2: set<i64> b), A open(1: A a) (streaming.mode="bidirectional") }

// Services whose names are no types of Rust, or that sort in a way of their own.
namespace go lower

struct p { 1: i32 a }
exception e { 1: i32 a }
service s { p go(1: p a) throws (1: e e) }
service my_service { p go(1: p a, 2: p UserID (rust.name = "UserID")) throws (1: e E) }
service _9 { p go(1: p a) }
service t1 { p Go(1: p A), p go(1: p a) throws (1: e x) }
service t10 {}
service t2 {}
service named { void m(1: p cx, 2: p _cx) } (rust.name = "named")
service x_ { void m() throws (1: e a) }
service UPPER { void m() }
service Self { void m() }

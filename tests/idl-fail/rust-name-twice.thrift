namespace go rn

struct A { 1: i32 f (rust.name = "g"), 2: i32 x (rust.name = "g") }

// The one that does not ask gives way.
struct B { 1: i32 one, 2: i32 two (rust.name = "one") }

enum Colour {
    RED (rust.name = "VALUES")
    BLUE (rust.name = "GREEN")
    GREEN
}

union C { 1: i32 f (rust.name = "Same"), 2: i32 x (pilota.name = "Same") }
struct D {} (rust.name = "E")
struct F {} (rust.name = "E")
struct G {} (rust.name = "u8")
const i32 ONE = 1 (rust.name = "TWO")
const i32 THREE = 1 (rust.name = "TWO")

service S {
    void a(1: i32 f (rust.name = "g"), 2: i32 x (rust.name = "g")) (rust.name = "c")
    void b() (rust.name = "c")
}
service T {} (rust.name = "V")
service U {} (rust.name = "V")

const i8 A = 300
const i16 B = -32769
const i32 C = 0x100000000
const i64 LARGE = 0x100000000
const i32 D = LARGE
enum E { X = 200 }
const i8 F = E.X
const E G = 0x80000000

struct S {
    1: byte a = 128
}

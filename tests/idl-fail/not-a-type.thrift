const i32 LIMIT = 1
service S {}

struct A {
    1: LIMIT a
    2: S b
    3: void c
    4: list<void> d
}

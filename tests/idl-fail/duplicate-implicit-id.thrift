struct A {
    i32 a
    i32 b
    1: i32 c
}

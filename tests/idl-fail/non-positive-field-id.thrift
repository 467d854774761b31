struct A {
    0: i32 a
    -3: i32 b
}

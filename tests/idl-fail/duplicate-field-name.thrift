exception A {
    1: i32 a
    2: i32 a
}
service S {
    void f(1: i32 a, 2: i32 a) throws (1: A e, 2: A e)
}

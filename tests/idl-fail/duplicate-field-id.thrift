struct A {
    1: i32 a
    2: i32 b
    1: i32 c
}
union B {
    1: i32 a
    1: i32 b
}
service S {
    void f(1: i32 a, 1: i32 b)
}

struct A.B {
    1: i32 a.b
}
enum E { X.Y }
service S {
    void f.g()
}

struct A {}
exception E {}
typedef E Alias
service S {
    void f() throws (1: A a, 2: string b, 3: Alias c)
    void g() throws (1: E a, 2: Alias b)
    void h() throws (0: E a)
}

struct A {
    1: required A next
}
struct B {
    1: required Alias c
}
typedef C Alias
struct C {
    1: optional A a
    2: required B b
}
struct Fine {
    1: optional Fine a
    2: required list<Fine> b
    3: Fine c
}

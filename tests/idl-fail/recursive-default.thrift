struct A {
    1: optional A a = {}
}
struct B {
    1: list<C> c = [{}]
}
struct C {
    1: i32 x = 1
    2: optional B b = {}
}
// Gives the field that would go on.
struct Fine {
    1: list<Fine> f = [{ "f": [] }]
}

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
// By way of fields that start with the default of a struct.
struct D {
    1: optional E e = {}
}
struct E {
    1: required F f
}
struct F {
    1: i32 x
    2: D d
}
// The circle ends in a field that starts empty.
struct G {
    1: H h
    2: optional H other = {}
}
struct H {
    1: G g
}
// Gives the field that would go on.
struct Fine {
    1: list<Fine> f = [{ "f": [] }]
}

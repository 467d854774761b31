struct A {
    1: Missing a
}
struct A {}

struct A {
    1: uuid id
}

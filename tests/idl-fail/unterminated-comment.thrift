struct A {
    1: i32 a /* the comment goes on
}

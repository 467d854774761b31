struct A {
    1: list<> 你好
}

service S {
    void f(1: name)
}

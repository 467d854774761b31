exception E {}
service S {
    void f(1: optional i32 a, 2: required i32 b) throws (1: required E e)
}

// All of these are reported in one run, in the order of the file.
service S extends T {
    Unknown f(1: Missing a)
}
struct A {
    1: i32 a = "text"
    1: i32 b
}

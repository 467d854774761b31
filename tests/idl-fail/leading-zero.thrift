enum E {
    A = 010
}
const i32 B = 089

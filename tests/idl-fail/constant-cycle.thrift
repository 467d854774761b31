const i32 A = A
const list<i32> B = [1, C]
const i32 C = D
const i32 D = C

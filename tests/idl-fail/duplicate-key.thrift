struct S { 1: i32 a }

const map<string, i32> A = { "a": 1, "b": 2, "a": 3 }
const set<i32> B = [1, 2, 0x1]
const S C = { "a": 1, "a": 2 }

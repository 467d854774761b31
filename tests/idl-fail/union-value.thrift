union U {
    1: i32 a
    2: i32 b
}

const U NONE = {}
const U TWO = { "a": 1, "b": 2 }
const U ONE = { "a": 1 }

typedef Gone Lost
typedef list<Lost> Losses

enum E {
    A = 9999999999
    B
    B
}

struct S {
    1: Gone gone = 7
    2: i32 text = "text"
    70000: i32 far = 1.5
    2: E other = E.C
    80000: Losses losses = [1]
}

const S VALUE = { "gone": 1, "far": true, "none": 1, "far": 2 }
const Gone NOTHING = 3
const i32 NUMBER = NOTHING
const E FIRST = E.A
const list<Gone> LIST = [1]
const map<Gone, i32> MAP = { 1: "x" }

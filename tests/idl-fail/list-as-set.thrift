const list<string> NAMES = ["a", "b", "a"]
const set<i32> NUMBERS = [1, 2]
const list<list<i32>> NESTED = [[1], [2]]

struct S {
    1: set<string> names = NAMES
    2: list<i32> numbers = NUMBERS
    3: list<set<i32>> nested = NESTED
    4: map<string, set<i32>> map = { "a": NUMBERS, "b": [3] }
    5: set<string> fine = ["a"]
}

const list<i32> LIST = NUMBERS

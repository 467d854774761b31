const map<string, list<i32>> STEPS = {
    "a": [1, 2,
    "b": [3]
}

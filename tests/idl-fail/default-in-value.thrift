struct Limit {
    1: i32 max = 10
    2: optional string unit = "ms"
    3: i32 min
    4: bool soft = false
    5: list<i32> steps = []
}

struct Many { 1: i32 a = 1, 2: i32 b = 2, 3: i32 c = 3, 4: i32 d = 4, 5: i32 e = 5 }

struct Settings {
    1: Limit soft = { "min": 1 }
    2: optional Limit hard = {}
    3: list<Limit> more = [{ "max": 3 }, { "max": 3, "unit": "s" }]
    4: Limit plain
    5: Limit base = BASE
    6: map<string, Many> many = { "a": {}, "b": { "a": 1, "b": 2, "e": 5 } }
}

const Limit BASE = { "max": 5 }

service S {
    Settings get(1: Limit limit = { "unit": "h" })
}

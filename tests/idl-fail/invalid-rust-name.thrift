struct A {
    1: string a (rust.name = "fn")
    2: string b (rust.name = "has space")
    3: string c (rust.name = "same")
    4: string d (rust.name = "same")
}

const i32 LIMIT = 1 (rust.name = "limit")

struct Order {
    1: string id (rust.type = "btree"),
    2: map<string, i32> items (rust.type = "tree"),
    3: i64 number (rust.type = "string"),
}

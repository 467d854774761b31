struct Order {
    1: i32 count,
}

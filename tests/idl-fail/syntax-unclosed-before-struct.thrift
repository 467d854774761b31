struct Order {
    1: string id // }
    2: string note = "}"

struct Item {
    1: i32 count
}

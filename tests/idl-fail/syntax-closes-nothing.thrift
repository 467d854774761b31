struct Order {
    1: string id
}
}

struct Item {
}

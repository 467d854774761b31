struct Order {
    1: i32 count (pilota.rust_type = "atomic"),
    2: string id (pilota.rust_type = "string"),
}

service Orders {
    void put(1: Order order (pilota.rust_wrapper_arc = "true")),
}

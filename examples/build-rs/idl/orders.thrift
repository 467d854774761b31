namespace rs orders

include "shared/money.thrift"

/// What somebody buys.
struct Order {
    1: required string item
    2: required i32 pieces
}

/// What the order costs.
struct Bill {
    1: required money.Amount total
}

service Orders {
    /// Takes an order.
    Bill Place(1: Order order)
    /// A bill for each order, as soon as it is there.
    Bill PlaceAll(1: Order order) (streaming.mode = "bidirectional")
}

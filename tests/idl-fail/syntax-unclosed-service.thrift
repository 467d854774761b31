struct Order {}

service Orders {
    Order get(1: string id)
    void cancel(1: Order order)

service Items extends Orders {
}

struct Order {}

service Orders {
    Order get(1: string id
}

service Items {
}

namespace go shop

message Order {
    1: string id
}

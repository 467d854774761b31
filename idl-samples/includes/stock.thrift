// The parent module of nothing, beside `shop.orders`.
namespace go shop.stock

include "common/money.thrift"

struct Article {
    1: string name,
    2: money.Amount price,
}

exception SoldOut {
    1: Article article,
}

service Stock {
    list<Article> list(1: i32 limit),
}

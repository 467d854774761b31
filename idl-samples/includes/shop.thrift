// Several files: nested namespaces, one namespace in two files, a service that extends another
// file's.
namespace go shop.orders

include "common/money.thrift"
include "common/shop.api.thrift"
include "common/user.thrift"
include "stock.thrift"

struct Order {
    1: i64 id,
    2: user.User buyer,
    3: list<Line> lines,
    4: money.Amount total = {"cents": 0},
    5: optional shop.api.Key key,
    6: list<money.Currency> currencies = [money.Currency.EUR, money.Currency.CNY],
}

struct Line {
    1: stock.Article article,
    2: i32 count = money.ONE,
}

service Orders extends stock.Stock {
    Order place(1: Order order) throws (1: stock.SoldOut sold_out),
    Order track(1: Order order) (streaming.mode = "server"),
}

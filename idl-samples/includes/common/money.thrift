namespace go shop.common
namespace rs shop.common

const i32 ONE = 1

enum Currency {
    EUR = 978,
    CNY = 156,
}

struct Amount {
    1: i64 cents,
    2: Currency currency = Currency.CNY,
}

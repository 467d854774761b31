namespace rs shop.v1

include "../money.thrift" // shop.thrift has another way to it, it is still one file

typedef i64 Id

const money.Currency HOME = money.Currency.CNY
const Id FIRST = money.ONE

service Base {
    money.Amount price(1: Id id = FIRST),
}

// The same namespace as money.thrift.
namespace go shop.common

struct User {
    1: string name,
    2: optional User referrer,
}

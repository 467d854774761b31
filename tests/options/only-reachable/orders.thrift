namespace rs samples.orders

include "common.thrift"
include "unused.thrift"

const i32 MAX = 100

struct Order {
    1: i64 id,
    2: list<Line> lines,
}

struct Line {
    1: string article,
}

struct Draft {
    1: unused.Orphan orphan,
}

exception NotFound {
    1: string message,
}

service Orders extends common.Base {
    Order get(1: i64 id) throws (1: NotFound missing),
}

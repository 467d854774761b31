include "include/not_there.thrift"
include "include/broken.thrift"
include "include/cycle-b.thrift"

struct S {
    1: not_there.T one
    2: broken.T two = broken.DEFAULT
    3: Missing three
    4: broken.E four = broken.E.A
    5: elsewhere.T five
}

const i32 WRONG = "text"
const broken.T UNKNOWN = { "a": 1 }

service V extends broken.Base {
    broken.T get(1: broken.T t) throws (1: broken.X x) (streaming.mode = "server")
}

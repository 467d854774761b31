include "include/Cased.thrift"

struct A {
    1: Cased.Cased a
}

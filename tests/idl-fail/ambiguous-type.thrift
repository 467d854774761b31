include "include/base.thrift"
include "include/other/base.thrift"

struct A {
    1: base.Base a
    // Only one of the two files has it.
    2: base.Color b
}

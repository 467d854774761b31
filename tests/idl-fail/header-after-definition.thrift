struct A {}

include "include/base.thrift"

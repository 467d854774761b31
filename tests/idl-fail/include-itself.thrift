include "./include-itself.thrift"

struct A {}

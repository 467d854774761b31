include "include/base.thrift"

enum base { LIMIT }

const i32 A = base.LIMIT

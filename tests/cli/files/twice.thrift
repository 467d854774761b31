namespace go same

include "other/twice.thrift"

struct Same {}

namespace rs shared
include "include/same_namespace.thrift"

struct Same {
    1: same_namespace.Same other
}

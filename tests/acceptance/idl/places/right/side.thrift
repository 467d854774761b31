namespace go places.right

include "../corner.thrift"

struct Right {
    1: corner.Corner corner,
}

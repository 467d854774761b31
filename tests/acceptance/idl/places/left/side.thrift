namespace go places.left

include "../corner.thrift"

struct Left {
    1: corner.Corner corner,
}

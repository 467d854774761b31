// A diamond, with two files of one name on its sides.
namespace go places.top

include "../left/side.thrift"
include "../right/side.thrift"

struct Top {
    1: side.Left left,
    2: side.Right right,
}

service Tops {
    Top Get(1: Top top),
}

// A whole namespace is in another crate, which was generated from its IDL before.
namespace rs samples.shapes

include "../../../idl-samples/types.thrift"
include "colours.thrift"

struct Polygon {
    1: list<types.Point> corners,
    2: types.Unit unit = types.Unit.METRE,
    3: types.Path outline = [{"x": 1, "y": 2}],
    4: map<types.Point, types.Metres> heights,
    5: map<types.Metres, types.Point> by_height,
    6: colours.Colour colour = colours.Colour.RED,
    7: colours.Pen pen,
}

// Draws with points that another crate has.
namespace rs samples.figures

include "../../../idl-samples/types.thrift"

struct Figure {
    1: required string name,
    2: list<types.Point> corners,
    3: types.Unit unit,
    4: optional types.Metres height,
}

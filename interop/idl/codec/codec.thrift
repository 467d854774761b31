// What the Kitex and the Rust side of the codec tests exchange, one file per theme.
namespace go codec
namespace rs codec

include "containers.thrift"
include "defaults.thrift"
include "scalars.thrift"
include "shapes.thrift"
include "versions.thrift"

// One of each, so that no include is unused.
struct Everything {
    1: scalars.Scalars scalars,
    2: optional scalars.OptionalScalars optional_scalars,
    3: containers.Containers containers,
    4: optional containers.Keys keys,
    5: defaults.Defaults defaults,
    6: list<shapes.Shape> shapes,
    7: map<string, shapes.Tree> trees,
    8: optional versions.Later later,
}

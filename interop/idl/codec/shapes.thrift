// Structs in structs, recursion, unions and exceptions.
namespace go codec.shapes
namespace rs codec.shapes

include "containers.thrift"
include "scalars.thrift"

struct Empty {}

struct Circle {
    1: containers.Point centre,
    2: double radius,
}

union Shape {
    1: Circle circle,
    2: double square,
    3: list<Circle> cluster,
    4: string name,
    5: Shape inner,
    6: scalars.Color color,
    7: map<string, Shape> parts,
    8: bool hidden,
    -9: binary raw,
    10: Empty nothing,
}

struct Drawing {
    1: Circle circle,
    2: optional Circle maybe_circle,
    3: required Circle must_circle,
    4: optional Shape maybe_shape,
    5: Shape shape,
    6: list<Shape> shapes,
    7: map<string, Shape> named,
    8: Empty empty,
    9: optional Empty maybe_empty,
}

struct Tree {
    1: i32 value,
    2: optional Tree left,
    3: optional Tree right,
    4: list<Tree> more,
    5: map<string, Tree> named,
}

// Recursive in default requiredness: Go holds nil where it ends, and writes nothing more than a stop byte.
struct Chain {
    1: string label,
    2: Chain next,
}

struct Husband {
    1: string name,
    2: optional Wife wife,
}

struct Wife {
    1: string name,
    2: optional Husband husband,
    3: list<Husband> former,
}

exception NotFound {
    1: required i64 id,
    2: string message,
    3: optional map<string, string> extra,
}

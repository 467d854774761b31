// Includes a file of its own name, and has a typedef of the name that it stands for.
namespace go codegen.loop.outer

include "inner/common.thrift"

typedef common.Colour Colour

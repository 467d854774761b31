// A list of a typedef of an enum, of two files of one name.
namespace go codegen.test.typedefs

include "loop/outer/common.thrift"

struct Colours {
    1: required list<common.Colour> colours
}

service Looper {
    void Method0(1: required Colours req)
}

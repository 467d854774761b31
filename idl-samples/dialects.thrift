// What only some compilers of Thrift know, and what is old. Kitex refuses some of it; here it is read, with a
// warning where peers might not agree on the bytes.
namespace rs samples.dialects

// Fields without ids are counted from 1, as Kitex does it. Apache counts from -1 downwards.
struct Implicit {
    string first,
    optional i32 second,
    10: i32 tenth,
    i32 eleventh,
}

// Any 16 bits are an id.
struct Ids {
    0: i32 zero,
    -1: i32 minus_one,
    0x10: i32 sixteen,
}

// `&` asks for a pointer.
struct Tree {
    1: optional Tree & left,
    2: optional Tree & right,
    3: Leaf & leaf,
}

struct Leaf {
    1: uuid id, // Apache only
    2: uuid nil = "00000000-0000-0000-0000-000000000000",
}

// For C++ and for XML schemas: read and left alone.
struct Left xsd_all {
    1: map cpp_type "std::map" <string, i32> a,
    2: list<string> cpp_type "std::deque" b,
    3: i32 c xsd_optional xsd_nillable xsd_attrs { 1: string d },
}

// Two names of one number: the first one is printed.
enum Aliases {
    OLD = 1,
    NEW = 1,
    FROM_HERE = -2,
    COUNTED_ON,
}

const Aliases LOOSE = Aliases.NEW
const i32 LEADING_ZERO = 010

exception Failed {
    1: string message,
}

service Old {
    async void fire(1: i32 code), // an old word for `oneway`
    i32 count(i32 from, optional i32 to) throws (Failed failed),
    void nothing() throws (),
}

// Headers may come late.
namespace py samples.dialects

// A service of one letter, and a struct that it does not use.
namespace go codegen.test.simple

struct Unused {
    1: required string name,
    2: required string id,
}

service s {
    string hello()
}

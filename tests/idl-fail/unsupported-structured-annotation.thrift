@deprecated
struct A {}

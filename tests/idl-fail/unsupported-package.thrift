package "a.b"
struct A {}

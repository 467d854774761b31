struct A {}
enum A {}
service A {}
// A constant may have the name of a type, but not of another constant.
const i32 A = 1
const i32 A = 2

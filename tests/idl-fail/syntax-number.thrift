const double A = 1.
const i32 B = 1a

enum Colour {
    RED = 1,
    BLUE

typedef i64 Time

service Paint {
    Colour mix(1: Colour a)
}

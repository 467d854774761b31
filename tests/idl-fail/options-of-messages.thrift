namespace go shop

struct Order {
    1: binary image,
    2: map<string, i32> counts,
}

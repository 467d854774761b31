namespace go keys

struct Point {
    1: double x,
}

struct Index {
    1: map<Point, string> names,
    2: uuid id,
}

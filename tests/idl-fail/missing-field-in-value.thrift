struct Point {
    1: required i32 x
    2: required i32 y
    3: required i32 z = 5
    4: required list<string> names
}

struct Line {
    1: required Point from
    2: Point to = { "x": 1, "y": 2, "z": 3 }
}

const Point A = { "x": 1, "z": 5, "names": [] }
const list<Point> MANY = [{}]
const Line NONE = { "to": A }

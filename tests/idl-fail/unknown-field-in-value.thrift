struct Point {
    1: i32 x
    2: i32 height
}

const Point A = { "hight": 1, "z": 2 }

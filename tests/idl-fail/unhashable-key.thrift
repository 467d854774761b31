struct Point {
    1: double x
    2: set<i32> marks
}
struct A {
    1: map<Point, string> names
    2: set<Point> points
}

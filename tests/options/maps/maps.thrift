// Maps and sets that are sorted: every key needs an order, and so does everything in it.
namespace rs samples.maps

enum Unit {
    METRE = 1,
    SECOND = 2,
}

struct Point {
    1: i32 x,
    2: i32 y,
}

// A key with a map and a set in it.
struct Index {
    1: map<string, Point> points,
    2: set<Unit> units,
}

struct Sample {
    1: double value,
}

const map<string, i32> DIGITS = {"one": 1, "two": 2}
const set<i64> NONE = []

struct Maps {
    1: map<string, i64> counts,
    2: set<Point> corners,
    3: map<double, Unit> by_value,
    4: map<map<set<Point>, bool>, list<Index>> nested,
    5: map<Index, string> by_index,
    6: set<Unit> units = [Unit.METRE],
    // A double has no order, so neither has what holds one: a list of pairs.
    7: map<Sample, string> by_sample,
    // An annotation chooses for one field.
    8: map<string, i64> hashed (rust.type = "hash"),
}

// Every base type and every kind of container.
namespace go samples.types

enum Unit {
    METRE = 1,
    SECOND = 2,
}

struct Point {
    1: i32 x,
    2: i32 y,
}

typedef double Metres
typedef list<Point> Path
typedef map<string, Path> Atlas

/// One field of each type.
struct Scalars {
    1: bool flag,
    2: byte tiny,
    3: i8 also_tiny,
    4: i16 small,
    5: i32 medium,
    6: i64 large,
    7: double real,
    8: string text,
    9: binary blob,
    10: Unit unit,
    11: Point point,
    12: Metres height,
}

struct Containers {
    1: list<i32> numbers,
    2: set<string> tags,
    3: map<string, i64> counts,
    4: map<Unit, list<Point>> by_unit,
    5: list<list<bool>> matrix,
    6: map<string, map<i64, list<binary>>> nested,
    7: Atlas atlas,
    // Structs without doubles, sets and maps in them can be keys.
    8: map<Point, string> names,
    9: set<Point> corners,
    // In keys, doubles are ordered and so are containers.
    10: map<Metres, string> by_height,
    11: set<list<double>> curves,
    12: map<set<i32>, string> by_group,
    13: set<map<string, double>> profiles,
}

// Ids need not ascend, nor be positive; the order on the wire is theirs.
struct Scattered {
    30: string last,
    -2: string first,
    7: string middle,
    32767: string highest,
}

struct Empty {}

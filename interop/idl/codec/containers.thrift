// Lists, sets and maps, to depth and in every requiredness.
namespace go codec.containers
namespace rs codec.containers

include "scalars.thrift"

struct Point {
    1: i32 x,
    2: i32 y,
}

typedef list<Point> Path
typedef map<string, Path> Atlas

struct Containers {
    1: list<bool> flags,
    2: list<byte> bytes,
    3: list<i16> smalls,
    4: list<i32> mediums,
    5: list<i64> larges,
    6: list<double> reals,
    7: list<string> texts,
    8: list<binary> blobs,
    9: list<scalars.Color> colors,
    10: list<Point> points,
    11: set<i32> ints,
    12: set<string> tags,
    13: set<scalars.Color> palette,
    14: map<string, i64> counts,
    15: map<i64, string> names,
    16: Path path,
}

struct OptionalContainers {
    1: optional list<i32> numbers,
    2: optional set<string> tags,
    3: optional map<string, i64> counts,
    4: optional list<Point> points,
    5: optional map<i32, Point> corners,
    6: optional Atlas atlas,
}

struct RequiredContainers {
    1: required list<i32> numbers,
    2: required set<string> tags,
    3: required map<string, Point> points,
}

// Keys that Go can express. A struct as a key is a pointer in Go.
struct Keys {
    1: map<bool, i32> by_flag,
    2: map<byte, i32> by_tiny,
    3: map<i16, i32> by_small,
    4: map<i32, i32> by_medium,
    5: map<i64, i32> by_large,
    6: map<double, i32> by_real,
    7: map<string, i32> by_text,
    8: map<binary, i32> by_blob,
    9: map<scalars.Color, i32> by_color,
    10: map<Point, i32> by_point,
    11: set<Point> points,
    12: set<double> reals,
    13: set<list<i32>> rows,
}

struct Nested {
    1: list<list<bool>> matrix,
    2: map<string, map<i64, list<binary>>> deep,
    3: list<set<i16>> groups,
    4: map<scalars.Color, list<Point>> by_color,
    5: list<map<string, Point>> rows,
    6: list<list<list<list<string>>>> four,
    7: map<string, list<map<i32, set<string>>>> alternating,
    8: map<string, map<string, map<string, double>>> three_maps,
    9: Atlas atlas,
}

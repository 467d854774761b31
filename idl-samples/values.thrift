// Values: of every type, in constants and in defaults, by literal and by name.
namespace go samples.values

// A constant may stand above what it refers to.
const i32 SAME_AS_LIMIT = LIMIT
const i32 LIMIT = 100

enum Level {
    OFF = 0,
    LOW = 1,
    HIGH = 10,
}

typedef Level Grade
typedef Grade Rank
typedef list<Point> Path

struct Point {
    1: i32 x,
    2: i32 y = LIMIT,
    3: optional string label,
}

union Target {
    1: Point point,
    2: Path path,
    3: Level level,
}

exception Blocked {
    1: string reason = "no way",
    2: Point at = ORIGIN,
}

// Integers and booleans initialise one another, and doubles.
const bool FROM_ONE = 1
const bool FALSE = false
const i32 FROM_TRUE = true
const double FROM_INTEGER = 3
const i64 FROM_ENUM = Level.HIGH

// Enums: by the name of a value, through a typedef, by a number.
const Level BY_NAME = Level.LOW
const Rank BY_TYPEDEF = Grade.HIGH
const Level BY_NUMBER = 10
const list<Level> ALL = [Level.OFF, Grade.LOW, Rank.HIGH]

// Structs name their fields; what is left out keeps its default.
const Point ORIGIN = {"x": 0, "y": 0}
const Point HALF = {"x": 1}
const Point NOTHING_SET = {}
const Target AIM = {"path": [ORIGIN, {"x": 3, "label": "end"}]}
const Blocked WALL = {"reason": "wall", "at": HALF}

// Containers of containers, and of what has a name.
const Path SQUARE = [ORIGIN, HALF, {"x": 1, "y": 1}]
const map<Level, map<string, list<Target>>> TARGETS = {
    Level.LOW: {"none": [], "one": [AIM]},
    Level.HIGH: {},
}
const set<set<i32>> GROUPS = [[1, 2], [3], []]
const map<Point, double> COSTS = {{"x": 1}: 0.5, {"x": 2}: 1}
const map<double, bool> ROUNDED = {0.1: false, 1: true}
const list<binary> BLOBS = ["a", "\xff"]
const map<string, i32> BY_OTHER_NAMES = {PREFIX: LIMIT, "b": SAME_AS_LIMIT}
const string PREFIX = "a"
// Braces and brackets are the same when nothing is between them.
const set<string> NO_STRINGS = {}
const map<i32, i32> NO_NUMBERS = []

// A list stands for a set, and a set for a list, as in Kitex.
const list<i32> REPEATED = [1, 2, 1]
const set<i32> FROM_LIST = REPEATED
const map<string, list<list<i32>>> FROM_SETS = {"groups": LISTED}
const list<set<i32>> LISTED = [[3], REPEATED]
// A required field that is left out has the zero value of its type, as in Kitex.
const Corner UNNAMED = {"at": {"x": 1}}

struct Corner {
    1: required string name,
    2: required Point at,
    3: required list<string> notes,
}

// A default is any value that a constant can have.
struct Defaults {
    1: Grade grade = Rank.HIGH,
    2: Path path = SQUARE,
    3: optional Path maybe_path = [{"x": 9}],
    4: Target target = AIM,
    5: Point point = {"label": PREFIX},
    6: map<Level, map<string, list<Target>>> targets = TARGETS,
    7: list<Level> levels = ALL,
    8: required bool flag = FROM_ONE,
    9: optional double ratio = FROM_INTEGER,
    10: Blocked blocked = {},
    11: binary blob = "\x00",
    12: optional Level level = 10,
}

service Values {
    // Arguments have defaults, too: for a caller that does not send them.
    Point move(1: Point from = ORIGIN, 2: i32 steps = LIMIT, 3: Level level = Level.LOW),
}

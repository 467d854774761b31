/* How the text of an IDL may look. A comment may stand between any two words,
   in three forms. */
# This is one, too.
cpp_include "<vector>" // for C++, read and left alone
namespace go text; namespace py.twisted text // any scope is allowed
namespace * samples.lexical // `rs`, `rust`, `*` and `go` count, in this order

// Numbers
const i32 DECIMAL = -12,
const i32 POSITIVE = +12;
const i64 HEXADECIMAL = 0x1F
const i64 NEGATIVE_HEXADECIMAL = -0xff
const i16 OCTAL = 0o17
const double POINT = .5
const double EXPONENT = -2.5E+7
const double WHOLE = 7

// Strings
const string DOUBLE_QUOTES = "it's"
const string SINGLE_QUOTES = '"quoted"'
const string ESCAPES = "\r\n\t\0\a\b\f\v\"\'\\ \x41 \u65b0"
const string UNESCAPED = "新 { } \\"
const string TWO_LINES = "one
two"
const binary BYTES = "\x00\xff"
const string EMPTY = ""

// Separators: a comma, a semicolon or nothing.
const list<i32> LIST = [1, 2; 3 4,]
const map<string, i32> MAP = {"a": 1, "b": 2; "c": 3 "d": 4}

enum Separators { A, B; C D = 0x10 }, struct OneLine { 1: i32 a; 2: i32 b, 3: i32 c 4: i32 d };

// Words of the language are names wherever a name is meant.
struct list {
    1: string required,
    2: optional string optional,
    3: i32 namespace,
    4: list list, // the struct: a container has a `<`
    5: list<bool> bool,
    6: map < string , /* blanks and comments are allowed */ i32 > map,
    7: stringy string,
}

typedef string stringy

service include {
    void void(1: i32 oneway),
    oneway void extends(1: list struct)
}

/** A doc comment stands right above what it is about,
 * in any of the three forms. */
struct Documented {
    // About `above`.
    1: i32 above,
    2: i32 behind, // About `behind`, on the same line.

    // About nothing: there is a blank line below.

    3: i32 undocumented,
    # About
    # `hashes`.
    4: i32 hashes,
}

enum E { A }
enum F { A }
struct S { 1: i32 a }

const i32 INT = "text"
const i32 INT_FROM_DOUBLE = 1.5
const string TEXT_FROM_BOOL = true
const string TEXT = E.A
const string TEXT_FROM_INT = 5
const bool BOOL = -1
const E ENUM = F.A
const list<i32> LIST = { 1: 2 }
const map<i32, i32> MAP = [1]
const set<string> SET = ["a", 1, 2.5]
const S STRUCT = { a: 1 }
const S STRUCT_FROM_LIST = [1]

const i64 NUMBER = 7
const string FROM_CONSTANT = NUMBER
const list<double> FINE = [1, 2.5, NUMBER, true]

// Names that Rust has other plans for: keywords, the prelude, clashes after case conversion, and
// names of what the generator adds.
namespace go samples.names.type

const i32 self = 1
const i32 Colour = 2

enum Colour {
    fn = 0,
    Self = 1,
    values = 2,
    VALUES = 3,
    name = 4,
}

// The prelude and primitives.
struct String { 1: string String }
struct Option { 1: optional Option option }
struct Vec { 1: list<Vec> vec }
struct Box { 1: optional Box box }
struct Result { 1: Ok Ok, 2: Err Err }
struct Ok {}
struct Err {}
struct Some { 1: Some2 none }
struct Some2 {}
struct Default { 1: bool default = true }
struct Clone {}
struct Send {}
struct Future {}
struct Error { 1: string source }
struct i32x { 1: i32 bool, 2: i32 str }
struct S { 1: i32 sink, 2: i32 fields, 3: i32 seen }
struct T {}
struct Self {}

struct Keywords {
    1: i32 type,
    2: i32 self,
    3: i32 Self,
    4: i32 super,
    5: i32 crate,
    6: i32 async,
    7: i32 gen,
    8: i32 match,
    9: i32 union,
    10: i32 _,
    11: i32 __,
    12: i32 _1,
    13: i32 try,
    14: i32 struct,
}

// Equal after conversion: the one in Rust's case keeps its name.
struct Clashes {
    1: string userID,
    2: string user_id,
    3: string UserId,
    4: string x,
    5: string _x,
    6: string x_,
}

struct NewResult { 1: i32 a }
struct new_result { 1: i32 a }

struct Renamed {
    1: i32 old_name (rust.name = "new_name"),
}

union Member {
    1: i32 unset,
    2: i32 self,
    3: i32 _1,
}

exception Failure { 1: string message, 2: i32 code }

// Methods named like what a client or the standard library has.
service Builder {
    void builder(),
    void new(),
    void in_memory(),
    void clone(),
    void into(),
    void fmt(),
    i32 type(1: i32 self, 2: i32 cx, 3: i32 stream, 4: i32 args),
    void channel(1: S handler, 2: i32 method) throws (1: Failure error, 2: Failure Error),
    S await(1: S stream) (streaming.mode = "server"),
    void getHTTPUrl(),
    void get_http_url(),
    i32 to_string(1: i32 foo, 2: i32 a, 3: i32 b, 4: i32 c, 5: i32 d, 6: i32 e, 7: i32 f, 8: i32 g),
}

service builder {
    void BuilderClient(),
    void builder_server() throws (1: Failure e),
}

service H {
    S mod(1: S cx) (streaming.mode = "bidirectional"),
}

service type {
    void Type(),
}

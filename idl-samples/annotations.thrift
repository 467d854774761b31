// Annotations: on everything, with and without a value. Those that streamgen does not know are kept for others and
// change nothing.
namespace go samples.annotations (go.package = "annotations")

typedef string (go.type = "[]byte") Text (unknown.key = "value")
const i32 LIMIT = 3 (since = "1.2")

enum Colour {
    RED = 1 (label = "rouge"),
    GREEN (label = 'vert', hidden),
    BLUE = 4 (deprecated = "too cold"),
} (open)

// Types and names of Rust's side.
struct Chosen {
    1: string text (rust.type = "faststr"),
    2: binary bytes (rust.type = "vec"),
    3: map<string, i32> sorted (rust.type = "btree"),
    4: set<double> ordered (pilota.rust_type = "btree"),
    5: list<map<i32, string> (rust.type = "btree")> inner,
    6: i32 type (rust.name = "kind"),
    7: i32 IDs (pilota.name = "ids"),
    8: double total (rust.type = "ordered_f64"),
} (api.note = "any text: \d+, \"quoted\", 'single'
and more lines", api.note = "again")

struct old_name {
    1: i32 id (go.tag = "json:\"id\"", vt.gt = "0"; api.body = 'id'),
} (rust.name = "NewName")

union Either {
    1: string left (rust.name = "First"),
    2: i64 right (),
} (final)

exception Refused {
    1: string message (not.secret),
} (api.http_code = "403")

service Annotated {
    i32 (unit = "ms") ping(1: i32 id (min = "1")) throws (1: Refused refused (status = "403")) (api.get = "/ping", slow),
    void (nothing) pong(),
    Either choose(1: Chosen chosen) (streaming.mode = "bidirectional", api.note = "streams"),
} (api.base = "https://example.com")

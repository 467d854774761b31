// What other files include.
namespace go base

struct Trace {
    1: bool open = false,
    2: string env = "",
}

struct Base {
    1: string caller = "",
    5: optional Trace trace,
    6: optional map<string, string> extra,
}

struct BaseResp {
    1: string message = "",
    2: i32 code = 0,
    3: optional map<string, string> extra,
}

// Names that Go's generator has rules for: `New…`, `…Args`, `…Result`.
namespace go codegen.test.names

struct Request {
    1: required i64 id,
    2: required string type,
    3: string newA
    4: string NewB
    5: string myResult
    6: string hisresult
    7: string your_result
    8: string myArgs
    9: string hisargs
    10: string your_args
    11: string NewResult
    12: string new_thing
}

struct NewThing {
    1: string text
}

struct ThingArgs {
    1: string text
}

struct ThingResult {
    1: string text
}

service Names {
    ThingResult Thing(1: Request req, 2: string extra),
    NewThing New(1: ThingArgs args),
}

// Strings and binaries everywhere they can stand, for types that are not the default.
namespace rs samples.strings

const string GREETING = "hello"
const binary MAGIC = "\x00\x01PNG"
const map<string, binary> FILES = {"empty": "", "magic": MAGIC}

typedef string Name
typedef binary Blob

struct Person {
    1: required Name name,
    2: optional string nick = "ada",
    3: string greeting = GREETING,
    4: Blob photo = "raw",
    5: list<string> mails,
    6: map<string, Blob> files,
    7: set<binary> keys,
    // An annotation chooses for one field.
    8: string shared (rust.type = "faststr"),
    9: binary slice = "sliced" (rust.type = "bytes"),
}

union Text {
    1: string text,
    2: binary data,
}

exception Refused {
    1: string message,
}

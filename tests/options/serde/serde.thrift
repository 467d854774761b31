// Types that serde reads and writes, under the names of the IDL.
namespace rs samples.serde

enum Level {
    LOW = 1,
    HIGH = 10,
}

struct Address {
    1: string streetName,
    2: optional i32 number,
}

struct User {
    1: required i64 userID,
    2: string type,
    3: optional string nickName,
    4: Level level = Level.LOW,
    5: map<string, Address> addresses,
    6: binary photo,
    7: optional i32 limit = 8,
    8: map<double, Level> byValue,
    9: map<Score, string> byScore,
    10: string secret (pilota.serde_attribute = "#[serde(skip)]"),
    11: optional User manager (rust.arc),
}

struct Score {
    1: double value,
}

union Contact {
    1: string eMail,
    2: Address address,
}

exception Denied {
    1: string message,
}

struct Nothing {}

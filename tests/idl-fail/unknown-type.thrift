include "include/base.thrift"

struct Request {
    1: Respons response,
    2: Base base,
    3: base.Bass bass,
    4: bass.Base other,
    5: float ratio,
    6: list<map<strin, Request>> deep,
    7: Nothing nothing,
}

struct Response {}

// Included by the name `a.b.c`.
namespace go a.b.c

struct Request {
    1: string message,
}

struct Response {
    1: string message,
}

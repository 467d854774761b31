namespace go base

struct Base {
    1: string message
}

enum Color {
    RED = 1,
    GREEN = 2
}

const i32 LIMIT = 10

exception Failure {}

service BaseService {
    void ping()
}

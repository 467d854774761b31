struct Response {}

struct Request {
    // 你好: the column counts characters, the offset bytes.
    1: list</* 你好 */ Respons> response
    i32 count
}

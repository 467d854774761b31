struct Request {
    1: string a,,
    2: string b
}

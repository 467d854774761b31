structure Request {
    1: string a
}

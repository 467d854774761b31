struct Request {
    1 required string message,
}

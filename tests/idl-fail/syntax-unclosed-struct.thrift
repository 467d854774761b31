struct Request {
    1: string message

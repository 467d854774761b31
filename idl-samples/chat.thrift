// The service of chat.proto in Thrift, whose streams TTHeader Streaming can carry.
namespace rs chat

struct Prompt {
    1: required string text,
}

struct Token {
    1: required string text,
    // The number of the token, from 0.
    2: required i32 index,
}

service ThriftChat {
    // Sends the answer as it is being made. Stops as soon as the client cancels.
    Token Answer(1: Prompt prompt) (streaming.mode = "server"),
}

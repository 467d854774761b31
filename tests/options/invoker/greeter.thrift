// A service for a test that opens no port.
namespace rs samples.greeter

service Greeter {
    string Hello(1: string name),
    oneway void Bye(1: string name),
    Line Chat(1: Line line) (streaming.mode = "bidirectional"),
}

struct Line {
    1: required string text,
}

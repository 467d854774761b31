// Services whose handlers somebody else has still to write.
namespace rs samples.desk

struct Item {
    1: required string text,
}

exception Refused {
    1: string message,
}

service Base {
    string hello(1: string name),
}

// Every kind of method, and one of another service.
service Desk extends Base {
    i32 add(1: i32 a, 2: i32 b),
    Item take(1: Item item, 2: optional i32 limit) throws (1: Refused refused),
    void clear(),
    oneway void note(1: string line),
    Item collect(1: Item item) (streaming.mode = "client"),
    Item watch(1: Item item) (streaming.mode = "server"),
    Item chat(1: Item item) (streaming.mode = "bidirectional"),
}

// Words that the mock has itself, words of Rust, and names that begin like those of mocks.
service MockDesk {
    void new(),
    void verify(1: string cx),
    i32 times(1: i32 verify_within),
    string type(1: string self, 2: string mock),
    void calls(1: Item stream),
    void clone(),
    void expect_new(),
    Item match(1: Item stream) (streaming.mode = "server"),
    string long_name_of_a_method(1: string the_only_argument_whose_name_is_as_long_as_that),
}

// Its mock would be called like the arguments of its method.
service Args {
    void mock(1: i32 a, 2: i32 b),
}

service Nothing {}

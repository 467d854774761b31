// A service without streams, as Kitex's defaults for Thrift tell it apart.
namespace go calls

struct Text {
    1: string text,
}

service Calls {
    Text Echo(1: Text req),
}

// Methods with no, one and several arguments, and without an answer.
namespace go codegen.test.methods

struct Ask {
    1: required i64 id,
    2: required string type,
    3: string write,
    4: optional string alias,
    5: required string By2ApiType,
}

struct Answer {
    1: required i64 id,
    2: required string ret,
}

service Methods {
    Answer method1(1: Ask req),
    Answer method2(1: Ask req, 2: string extra),
    Answer method3(1: string extra),
    Answer method4(),
    oneway void method5(1: Ask req),
    oneway void method6(),
}

// Types that hold themselves.
namespace go samples.recursion

struct Node {
    1: i64 value,
    2: optional Node next,
}

struct Tree {
    1: string name,
    2: list<Tree> children,
    3: map<string, Tree> index,
}

// Through each other.
struct Person {
    1: string name,
    2: optional Address address,
}

struct Address {
    1: string street,
    2: optional Person owner,
}

// Neither field is optional, so no value of the type would be finite: they become so.
struct Chicken {
    1: Egg egg,
}

struct Egg {
    1: Chicken chicken,
}

union Expression {
    1: i64 number,
    2: Sum sum,
    3: Expression negated,
}

struct Sum {
    1: Expression left,
    2: Expression right,
}

namespace go shop

enum State { OPEN = 1, PAID = 2 }

struct Item {
  1: required string name,
  2: i32 count,
  3: optional double price,
}

struct Order {
  1: required i64 id,
  2: State state,
  3: list<Item> items,
  4: map<string, i64> notes,
}

struct Query {
  1: required i64 id,
  2: optional State state,
}

exception NotThere { 1: required string what }

service Shop {
  Order Find(1: Query query) throws (1: NotThere gone),
  void Remove(1: Query query),
  oneway void Hint(1: Query query),
  Order Watch(1: Query query) (streaming.mode = "server"),
  Order Add(1: Item item) (streaming.mode = "client"),
  Order Talk(1: Query query) (streaming.mode = "bidirectional"),
}

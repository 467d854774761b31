namespace go grown.first
struct Ask { 1: i32 a }
exception Refused { 1: string why }
service First {
    Ask one(1: Ask a)
    map<string, list<Ask>> two(1: set<i64> keys) throws (1: Refused r)
    Ask three(1: Ask a) (streaming.mode="bidirectional")
    oneway void four()
}
service Second { Ask one(1: Ask a) throws (1: Refused r) }

namespace go everywhere

include "include/capitals.thrift"

struct Order {
    1: Gone gone
    2: i32 amount (rust.name = "two words")
    3: double price (rust.type = "btree")
    4: i32 userID
    5: i32 user_id
    6: map<Price, string> notes
}

struct Price { 1: double value }
typedef Gone Lost
const Lost NOTHING = 1 (rust.name = "lower")
enum Colour { RED = 99999999999 }
enum Size { SMALL (rust.name = "SAME"), LARGE (rust.name = "SAME") }
service Base extends Base {}

service Desk extends Base {
    Order get(1: Missing request) (streaming.mode = "server")
    Lost put(1: Order order) throws (1: Order order)
}

namespace go acme.api

struct Order { 1: i32 userID, 2: i32 user_id }
enum Colour { RED }
const Colour FIRST = Colour.RED
union Kind { 1: Order order }
service Desk { Order get(1: Order order, 2: Kind kind) }

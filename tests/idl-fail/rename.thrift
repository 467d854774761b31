namespace go acme

struct Order { 1: i32 a, 2: i32 b }
enum Colour { RED }
service Desk { Order get(1: Order order) }
service desk {}

namespace go ACME.OrderDesk.mod

include "include/capitals.thrift"

struct Order { 1: capitals.Item item }

service orderDesk {}
service OrderDesk {}
service Self {}

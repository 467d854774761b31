namespace go shop
include "base.thrift"
service Shop { base.Base Buy(1: base.Base b) }

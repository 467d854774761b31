include "cycle-c.thrift"

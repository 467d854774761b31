include "include/cycle-b.thrift"

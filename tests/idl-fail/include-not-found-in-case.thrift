include "include/Base.thrift"

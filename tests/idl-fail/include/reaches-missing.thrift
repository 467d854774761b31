include "gone.thrift"

include "include/reaches-missing.thrift"
include "nowhere.thrift"

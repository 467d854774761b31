include "include/base.thrift"

service A extends Bas {}
service B extends base.BaseServices {}
service Base {}

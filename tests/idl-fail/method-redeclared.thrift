include "include/base.thrift"

service Middle extends base.BaseService {}
service S extends Middle {
    void ping()
}

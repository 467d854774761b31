// A name with dots: all but the suffix is the prefix, `shop.api.Key`. There is no namespace, so the module is called
// like the file. And the file includes one of its own name: in here, `shop.api.` means that one.
include "v1/shop.api.thrift"

typedef shop.api.Id Key

service Legacy extends shop.api.Base {
    Key key(1: shop.api.Id id),
}

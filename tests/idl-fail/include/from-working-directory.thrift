// Neither beside this file nor in a folder given by -I.
include "uuid.thrift"

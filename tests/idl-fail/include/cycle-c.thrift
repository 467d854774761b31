// Back to the file that was loaded first.
include "../include-cycle.thrift"

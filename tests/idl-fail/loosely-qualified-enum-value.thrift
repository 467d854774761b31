include "include/base.thrift"

const base.Color A = Color.RED
const base.Color B = base.GREEN
const base.Color C = base.Color.GREEN
enum Size { SMALL }
const base.Color D = Size.RED

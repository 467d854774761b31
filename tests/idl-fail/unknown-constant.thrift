include "include/base.thrift"

enum Size { SMALL, LARGE }
typedef Size Extent

const i32 LIMIT = 1
const i32 A = LIMITS
const Size B = SMALL
const Size C = Size.LARG
const Size D = Extent.HUGE
const i32 E = base.NOTHING
const base.Color F = RED
const base.Color G = Size.BLUE
const base.Color H = Size.SMALL
const Size OK = Extent.SMALL

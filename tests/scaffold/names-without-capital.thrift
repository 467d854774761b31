namespace go acct.v1
struct _9 { 1: i32 a }
typedef map<string, _9> _all
exception _x { 1: string why }
service _numbers { _9 _1(1: _9 n, 2: _all all) throws (1: _x x), _9 each(1: _9 n) (streaming.mode="server") }

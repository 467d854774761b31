namespace go a.NAME
const i32 KCONST = 42
const string SCONST = "NAME NAME NAME"
const list<i32> LCONST = [1, 2, 3]
const list<string> LSCONST = ["NAME", "NAME"]
const map<string, i32> MCONST = {"NAME": 1}
const map<string, i32> NCONST = {"NAME": 1, "b": 2}
const InnerTYPE ICONST = {"id": 1, "nameNAME": "NAME"}
const list<InnerTYPE> LICONST = [{"id": 1}]
const list<string> ECONST = []
const map<string, list<MapOfTYPE>> EMCONST = {}
const list<list<i32>> LLCONST = [[1,2,3],[4,5]]
const set<string> STCONST = ["NAME"]
const ColorTYPE CCCONST = ColorTYPE.CONST
typedef map<string, list<InnerTYPE>> MapOfTYPE
typedef InnerTYPE AliasTYPE
enum ColorTYPE { CONST = 1, BCONST = 2, C = 3 }
struct InnerTYPE { 1: i32 id, 2: string nameNAME, 3: optional InnerTYPE nextNAME, 4: string qNAME }
struct OneTYPE { 1: required string NAME }
struct FieldsTYPE {
  1: map<string, string> mNAME, 2: map<string, list<InnerTYPE>> mlNAME, 3: optional map<string, list<InnerTYPE>> mloNAME,
  4: set<ColorTYPE> scNAME, 5: double dNAME = 1.5, 6: list<i32> lNAME = [1,2,3], 7: optional string sNAME = "NAME",
  8: ColorTYPE cNAME = ColorTYPE.C, 9: map<string, i32> miNAME = {"NAME": 1}, 10: list<string> lsNAME = ["NAME", "NAME", "c"],
  11: InnerTYPE inNAME = {"id": 1}, 12: required string rqNAME, 13: required i32 rrNAME,
  14: list<i64> bigNAME = [1000000000, 1000000000, 1000000000, 1000000000, 1000000000, 1000000000, 1000000000, 1000000000, 100000000]
  15: list<list<string>> nestNAME = [["NAME"], ["b", "NAME"]]
  16: map<string, InnerTYPE> msNAME = {"NAME": {"id": 2}}
}
union UTYPE { 1: i32 NAME, 2: map<string, list<InnerTYPE>> mNAME, 3: InnerTYPE selfNAME }
exception ExTYPE { 1: string message, 2: i32 codeNAME }
exception EyTYPE { 1: i32 codeNAME }
exception EzTYPE { 1: optional string message }
struct DeriveTYPE { 1: i32 idNAME (deprecated = "NAME NAME NAME NAME") } (rust.derive = "TYPE, PartialOrd, ::NAME::TYPE, Ord")
struct SharedTYPE { 1: optional SharedTYPE sNAME (rust.arc), 2: list<SharedTYPE> lNAME (rust.arc), 3: InnerTYPE inNAME = {"id": 1} (rust.arc) }
typedef i32 OldTYPE (deprecated = "NAME NAME NAME NAME NAME NAME NAME")
service SvcTYPE {
  i32 noneNAME(),
  void fNAME(1: i32 aNAME) (deprecated = "NAME NAME NAME"),
  InnerTYPE gNAME(1: InnerTYPE reqNAME, 2: string b) throws (1: ExTYPE eNAME, 2: EyTYPE f),
  oneway void oneNAME(1: i32 a, 2: i32 bNAME),
  map<string, list<InnerTYPE>> bigNAME(1: map<string, list<InnerTYPE>> aNAME, 2: list<i32> b, 3: i64 c),
  InnerTYPE bidiNAME(1: InnerTYPE req) (streaming.mode = "bidirectional"),
  InnerTYPE clNAME(1: InnerTYPE req) (streaming.mode = "client"),
  InnerTYPE svNAME(1: InnerTYPE reqNAME) (streaming.mode = "server"),
}
service OnlyTYPE { InnerTYPE sv(1: InnerTYPE NAME) (streaming.mode = "server") }
service PlainTYPE { void NAME() }
service EmptyTYPE {}

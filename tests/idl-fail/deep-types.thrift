namespace go deep

// Beside a list each step takes four of rustc's.
struct Leaf { 1: i32 a }
struct S00 { 1: list<S01> next }
struct S01 { 1: list<S02> next }
struct S02 { 1: list<S03> next }
struct S03 { 1: list<S04> next }
struct S04 { 1: list<S05> next }
struct S05 { 1: list<S06> next }
struct S06 { 1: list<S07> next }
struct S07 { 1: list<S08> next }
struct S08 { 1: list<S09> next }
struct S09 { 1: list<S10> next }
struct S10 { 1: map<string, S11> next }
struct S11 { 1: map<string, S12> next }
struct S12 { 1: map<string, S13> next }
struct S13 { 1: map<string, S14> next }
struct S14 { 1: map<string, S15> next }
struct S15 { 1: map<string, S16> next }
struct S16 { 1: optional S17 next, 2: optional S16 own }
struct S17 { 1: optional S18 next }
struct S18 { 1: optional S19 next }
struct S19 { 1: optional S20 next }
struct S20 { 1: list<map<string, Leaf>> next, 2: optional S20 left }

struct A {
    1: map<string; string> a
}

namespace rs two

service First {
    string Ask(1: string question),
}

service Second {
    i64 Count(1: list<string> words),
}

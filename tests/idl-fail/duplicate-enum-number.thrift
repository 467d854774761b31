enum E {
    A = 1
    B
    C = 2
    D = 2
}

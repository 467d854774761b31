struct {
    1: string a
}

namespace rs twins

service First {
    string Ask(1: string question),
}

service Second {
    string Ask(1: string question),
}

service A {
    performs B;
}

struct A {}
interaction B {}

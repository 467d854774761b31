service A extends A {}
service B extends C {}
service C extends D {}
service D extends B {}
// Reported once, at the circle.
service E extends B {}

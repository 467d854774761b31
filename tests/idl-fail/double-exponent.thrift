const double A = 1.5e10
const double B = -2E-3

enum E { A = 1 }
const E B = 1
const E C = 2

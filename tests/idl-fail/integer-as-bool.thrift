const bool A = 2
const bool B = 1

namespace rs list

const map<string, i64> CENTS = { "tea": 250, "cake": 420 }

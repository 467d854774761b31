const string A = "一 \d+"
const binary B = '\x4'
// A byte is fine in a binary, in a string it must be part of UTF-8.
const binary C = "\xFF"
const string D = "\xFF"

// 你好
const string A = "�("

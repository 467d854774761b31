const string A = "ends"
const string B = 'does not end

struct C {}

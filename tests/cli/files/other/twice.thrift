namespace go same

struct Same {}

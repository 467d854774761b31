namespace rs shared

struct Same {}

namespace rs Com.items

struct Item {}

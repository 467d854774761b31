// One enum that the crate has by hand, beside a struct that is generated.
namespace rs samples.colours

enum Colour {
    RED = 1,
    GREEN = 2,
}

struct Pen {
    1: Colour colour = Colour.GREEN,
}

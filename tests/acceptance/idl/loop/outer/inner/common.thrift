namespace go looper.inner

enum Colour {
    RED
    GREEN
    BLUE
}

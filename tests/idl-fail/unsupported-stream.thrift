service Feed {
    stream<i32> follow()
}

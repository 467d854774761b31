mod handler;

fn main() {}

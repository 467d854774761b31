namespace go grown.first
struct Ask { 1: i32 a }
service First { Ask one(1: Ask a) }
service Old { void gone() }

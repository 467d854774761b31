struct Base {}

const i32 LIMIT = 20

namespace go clashes

struct User {
    1: string userID,
    2: string user_id,
    3: string name (rust.name = "fn"),
}

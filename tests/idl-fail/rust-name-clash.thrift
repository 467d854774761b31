struct user_info {
    1: string userID
    2: string user_id
}
struct UserInfo {}

enum Color { dark_red, DarkRed }
union Choice {
    1: i32 some_thing
    2: i32 SomeThing
}
service S {
    void get_user()
    void GetUser()
}
const i32 max_size = 1
const i32 MaxSize = 2

namespace go places.corner

struct Corner {
    1: i32 x,
}

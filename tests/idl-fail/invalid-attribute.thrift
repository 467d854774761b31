struct Order {
    1: i64 id (pilota.serde_attribute = "#[serde(skip)] pub"),
    2: string note (pilota.serde_attribute = "serde(skip)"),
} (rust.derive = "Eq PartialOrd")

enum Level {
    LOW = 1,
} (rust.derive = "Eq)] struct Other; #[derive(Eq")

struct Fine {
    1: i64 id (pilota.serde_attribute = "#[serde(skip)]"),
} (rust.derive = "::core::cmp::PartialOrd, Ord,")

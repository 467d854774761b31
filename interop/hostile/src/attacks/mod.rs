//! The table.

mod anything;
mod bounds;
mod everything;
mod grpc_client;
mod grpc_floods;
mod grpc_held;
mod messages;
mod pingpong;
mod pingpong_client;
mod streaming;
mod streaming_bursts;
mod streaming_client;
mod streaming_many;

use std::sync::LazyLock;

use crate::attack::Attack;

pub use streaming_bursts::OF_CLIENT;

static ALL: LazyLock<Vec<Attack>> = LazyLock::new(|| {
    let parts = [
        anything::attacks(),
        streaming::attacks(),
        streaming_many::attacks(),
        streaming_bursts::attacks(),
        grpc_held::attacks(),
        grpc_floods::attacks(),
        everything::attacks(),
        pingpong::attacks(),
        messages::attacks(),
        streaming_client::attacks(),
        grpc_client::attacks(),
        pingpong_client::attacks(),
    ];
    parts.into_iter().flatten().collect()
});

/// All attacks.
pub fn all() -> impl Iterator<Item = &'static Attack> {
    ALL.iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_one_attack_each_and_say_what_is_attacked() {
        let mut names: Vec<_> = all().map(|attack| attack.name).collect();
        names.sort_unstable();
        let mut once = names.clone();
        once.dedup();
        assert_eq!(names, once);
        for attack in all() {
            let is_client = matches!(attack.target, crate::attack::Target::Client(_));
            assert_eq!(
                attack.name.starts_with("client-"),
                is_client,
                "{}",
                attack.name
            );
            let prefix = attack.name.trim_start_matches("client-");
            assert!(prefix.starts_with(attack.wire.name()), "{}", attack.name);
        }
    }
}

//! Real etcd, from Debian's package.

#[path = "../../../../tests/alone/mod.rs"]
mod alone;
mod server;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;

use server::EtcdServer;

#[test]
fn etcd_serves_again_behind_a_kill_with_its_data_and_without() {
    let Some(mut etcd) = EtcdServer::start() else {
        return;
    };
    for wiped in [false, true] {
        etcd.kill();
        assert!(!etcd.is_healthy());
        if wiped {
            etcd.wipe();
        }
        etcd.restart();
        assert!(etcd.is_healthy());
    }
}

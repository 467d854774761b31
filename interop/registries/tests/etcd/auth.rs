//! An etcd that asks for a user.

use streamgen_runtime::etcd::Etcd;

use crate::instances::{Instance, client, until_answering, until_refused};
use crate::server::EtcdServer;

#[tokio::test]
async fn a_user_registers_and_finds_and_goes_on_when_etcd_has_forgotten_its_token() {
    let Some(mut etcd) = EtcdServer::start() else {
        return;
    };
    etcd.post("auth/user/add", r#"{"name": "root", "password": "p/w"}"#);
    etcd.post("auth/role/add", r#"{"name": "root"}"#);
    etcd.post("auth/user/grant", r#"{"user": "root", "role": "root"}"#);
    etcd.post("auth/enable", "{}");
    let store = |user: &str| {
        let url = format!("etcd://{user}{}/my/prefix?lease=1", etcd.address());
        Etcd::from_url(&url).unwrap()
    };
    let root = store("root:p%2Fw@");
    let stranger = client(&store("root:wrong@"), "users");
    until_refused(&stranger, "authentication failed").await;
    let nobody = client(&store(""), "users");
    until_refused(&nobody, "user name is empty").await;
    let client = client(&root, "users");
    let _one = Instance::start(&root, "users", "one").await;
    until_answering(&client, &["one"]).await;
    // Tokens are not among its data.
    etcd.kill();
    etcd.restart();
    let _two = Instance::start(&root, "users", "two").await;
    until_answering(&client, &["one", "two"]).await;
}

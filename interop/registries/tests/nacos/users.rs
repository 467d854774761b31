//! A nacos that asks for users.

use std::time::Duration;

use anyhow::Result;
use streamgen_runtime::fleet::Registering;
use tokio::time::sleep;

use crate::ours::{Caller, Running, nacos};
use crate::server::Nacos;

/// What `Users.java` knows.
const PASSWORD: &str = "right & proper";
/// How long a token holds.
const TOKEN: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_registers_and_finds_and_goes_on_with_new_tokens() -> Result<()> {
    let expire = "nacos.core.auth.plugin.nacos.token.expire.seconds";
    let properties = [
        "nacos.core.auth.enabled=true".to_owned(),
        "nacos.core.auth.system.type=nacos".to_owned(),
        // By these, servers of a cluster know each other.
        "nacos.core.auth.server.identity.key=test".to_owned(),
        "nacos.core.auth.server.identity.value=test".to_owned(),
        format!("{expire}={}", TOKEN.as_secs()),
    ];
    let Some(server) = Nacos::start_with(&properties).await? else {
        return Ok(());
    };
    let port = server.port;
    tokio::try_join!(
        nobody_gets_in_without_the_right_password(port),
        a_token_is_replaced_before_it_is_over(port, "me"),
        // nacos answers 403 to its first one.
        a_token_is_replaced_before_it_is_over(port, "taken-back"),
    )?;
    Ok(())
}

async fn nobody_gets_in_without_the_right_password(port: u16) -> Result<()> {
    let service = "refused";
    let wrong = nacos(port).user("me", "wrong-password");
    let _server = Running::start(Some(Registering::new(service, wrong.clone()))).await?;
    let refused = Caller::new(service, wrong)?.call().await;
    let refused = refused.expect_err("the password is wrong").to_string();
    assert!(refused.contains("the login of `me`"), "{refused}");
    assert!(
        refused.contains("nacos does not know this name with this password (403)"),
        "{refused}"
    );
    assert!(!refused.contains("wrong-password"), "{refused}");
    let refused = Caller::new(service, nacos(port))?.call().await;
    let refused = refused.expect_err("nobody has logged in").to_string();
    assert!(refused.contains("(403)"), "{refused}");
    // The one with the wrong password has not got onto the list either.
    let right = Caller::new(service, nacos(port).user("me", PASSWORD))?;
    let none = right.call().await.expect_err("there is none").to_string();
    assert!(none.contains("refused has no instance"), "{none}");
    Ok(())
}

async fn a_token_is_replaced_before_it_is_over(port: u16, user: &'static str) -> Result<()> {
    let nacos = nacos(port).user(user, PASSWORD);
    let start = async || Running::start(Some(Registering::new(user, nacos.clone()))).await;
    let caller = Caller::new(user, nacos.clone())?;
    let one = start().await?;
    let _ = caller.call().await;
    caller.until(&[(one.port, 10, "")]).await?;
    // The first token has not got as far.
    sleep(TOKEN + Duration::from_secs(1)).await;
    let two = start().await?;
    caller
        .until(&[(one.port, 10, ""), (two.port, 10, "")])
        .await?;
    one.stop().await?;
    caller.until(&[(two.port, 10, "")]).await?;
    two.stop().await
}

//! nacos's own server, with our servers and clients, and with what Kitex's registry-nacos writes.
//!
//! registry-nacos itself does not run here. What it writes, its sources tell:
//! `registry/registry.go` and `resolver/resolver.go` of `github.com/kitex-contrib/registry-nacos`.

mod open_api;
mod ours;
mod proxy;
mod server;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;
mod users;

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use streamgen_runtime::fleet::Registering;
use tokio::time::{Instant, sleep};

use open_api::OpenApi;
use ours::{Caller, PATIENCE, Running, nacos};
use proxy::Proxy;
use server::Nacos;

/// One nacos for all: it takes longer to start than they take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_in_nacos_are_found_and_servers_of_ours_are_found_there() -> Result<()> {
    let Some(server) = Nacos::start().await? else {
        return Ok(());
    };
    let port = server.port;
    tokio::try_join!(
        a_server_of_ours_is_found_until_it_stops(port),
        what_registry_nacos_writes_is_read(port),
        instances_out_of_service_are_not_called(port),
        a_server_whose_future_is_dropped_is_gone(port),
        two_servers_of_a_service_in_one_process_are_both_listed(port),
        the_last_instance_stays_known(port),
        connections_that_break_early_and_late_are_replaced(port),
        a_server_that_was_suspended_registers_again(port),
    )?;
    Ok(())
}

/// Ours → nacos → ours, and as others see it.
async fn a_server_of_ours_is_found_until_it_stops(port: u16) -> Result<()> {
    let service = "found";
    let registering = |zone| {
        Registering::new(service, nacos(port))
            .weight(20)
            .tag("zone", zone)
    };
    let one = Running::start(Some(registering("a"))).await?;
    let api = OpenApi::new(port);
    let seen = until_listed(&api, service, 1).await?.remove(0);
    // The fields that registry-nacos's resolver reads, and those by which nacos finds the instance.
    for (field, expected) in [
        ("ip", json!("127.0.0.1")),
        ("port", json!(one.port)),
        ("weight", json!(20.0)),
        ("healthy", json!(true)),
        ("enabled", json!(true)),
        ("ephemeral", json!(true)),
        ("clusterName", json!("DEFAULT")),
        ("serviceName", json!("DEFAULT_GROUP@@found")),
        ("metadata", json!({ "zone": "a" })),
    ] {
        assert_eq!(seen[field], expected, "{field} of {seen}");
    }
    let caller = Caller::new(service, nacos(port))?;
    assert_eq!(caller.call().await?, one.port);
    caller.until(&[(one.port, 20, "a")]).await?;

    let two = Running::start(Some(registering("b"))).await?;
    caller
        .until(&[(one.port, 20, "a"), (two.port, 20, "b")])
        .await?;
    one.stop().await?;
    caller.until(&[(two.port, 20, "b")]).await?;
    assert_eq!(caller.call().await?, two.port);
    two.stop().await
}

/// registry-nacos → nacos → ours.
async fn what_registry_nacos_writes_is_read(port: u16) -> Result<()> {
    let service = "kitex";
    let api = OpenApi::new(port);
    let one = Running::start(None).await?;
    api.register(service, one.port, &[]).await?;
    let caller = Caller::new(service, nacos(port))?;
    assert_eq!(caller.call().await?, one.port);
    caller.until(&[(one.port, 10, "kitex")]).await?;
    let two = Running::start(None).await?;
    api.register(service, two.port, &[("weight", "3.5")])
        .await?;
    caller
        .until(&[(one.port, 10, "kitex"), (two.port, 3, "kitex")])
        .await?;
    api.deregister(service, one.port).await?;
    caller.until(&[(two.port, 3, "kitex")]).await?;
    assert_eq!(caller.call().await?, two.port);
    Ok(())
}

/// Those that registry-nacos's resolver leaves out.
async fn instances_out_of_service_are_not_called(port: u16) -> Result<()> {
    let service = "filtered";
    let api = OpenApi::new(port);
    let one = Running::start(None).await?;
    api.register(service, one.port, &[]).await?;
    api.register(service, 1, &[("enabled", "false")]).await?;
    api.register(service, 2, &[("healthy", "false")]).await?;
    api.register(service, 3, &[("weight", "0")]).await?;
    api.register(service, 4, &[("clusterName", "OTHER")])
        .await?;
    api.register(service, 5, &[("groupName", "OTHER")]).await?;
    let caller = Caller::new(service, nacos(port))?;
    assert_eq!(caller.call().await?, one.port);
    assert_eq!(caller.known(), [(one.port, 10, "kitex".to_owned())].into());
    let other = Caller::new(service, nacos(port).group("OTHER"))?;
    let _ = other.call().await;
    other.until(&[(5, 10, "kitex")]).await?;
    let other = Caller::new(service, nacos(port).cluster("OTHER"))?;
    let _ = other.call().await;
    other.until(&[(4, 10, "kitex")]).await
}

async fn a_server_whose_future_is_dropped_is_gone(port: u16) -> Result<()> {
    let service = "dropped";
    let nacos = nacos(port);
    let registering = || Registering::new(service, nacos.clone());
    let one = Running::start(Some(registering())).await?;
    let two = Running::start(Some(registering())).await?;
    let caller = Caller::new(service, nacos.clone())?;
    let _ = until_listed(&OpenApi::new(port), service, 2).await?;
    caller.call().await?;
    caller
        .until(&[(one.port, 10, ""), (two.port, 10, "")])
        .await?;
    let gone = one.port;
    one.drop_it();
    caller.until(&[(two.port, 10, "")]).await?;
    assert_ne!(caller.call().await?, gone);
    two.stop().await
}

/// nacos takes one instance of a service from each connection.
async fn two_servers_of_a_service_in_one_process_are_both_listed(port: u16) -> Result<()> {
    let service = "twice";
    let nacos = nacos(port);
    let one = Running::start(Some(Registering::new(service, nacos.clone()))).await?;
    let two = Running::start(Some(Registering::new(service, nacos.clone()))).await?;
    let seen = until_listed(&OpenApi::new(port), service, 2).await?;
    let mut ports: Vec<_> = seen.iter().map(|host| host["port"].as_u64()).collect();
    let mut expected = vec![Some(one.port.into()), Some(two.port.into())];
    ports.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ports, expected);
    one.stop().await?;
    two.stop().await
}

/// A proxy cuts connections to nacos: the first ones and some of those that replace them before nacos has sent
/// anything, and others later. The client and the server replace each of them.
async fn connections_that_break_early_and_late_are_replaced(port: u16) -> Result<()> {
    let service = "broken";
    let api = OpenApi::new(port);
    let way = Proxy::start(port, 4).await?;
    let one = Running::start(Some(Registering::new(service, nacos(way.port)))).await?;
    let caller = Caller::new(service, nacos(way.port))?;
    let _ = caller.call().await;
    let mut expected = vec![(one.port, 10, "")];
    let mut others = Vec::new();
    for _ in 0..3 {
        way.until_doomed_are_gone().await;
        until_listed(&api, service, expected.len()).await?;
        caller.until(&expected).await?;
        caller.call().await?;
        // It goes on being told.
        let other = Running::start(Some(Registering::new(service, nacos(port)))).await?;
        expected.push((other.port, 10, ""));
        others.push(other);
        caller.until(&expected).await?;
        way.cut(others.len() as u32 % 3);
    }
    way.until_doomed_are_gone().await;
    until_listed(&api, service, expected.len()).await?;
    for server in others.into_iter().chain([one]) {
        server.stop().await?;
    }
    until_listed(&api, service, 0).await.map(drop)
}

/// As a machine does that sleeps, or a container that is frozen. Its connection breaks meanwhile.
async fn a_server_that_was_suspended_registers_again(port: u16) -> Result<()> {
    let way = Proxy::start(port, 0).await?;
    let url = format!("nacos://127.0.0.1:{}", way.port);
    let mut server = Command::new(env!("CARGO_BIN_EXE_registers"));
    let mut server = server.env("SERVICE_REGISTRY", url).spawn()?;
    let id = server.id().to_string();
    let signal = |name: &str| Command::new("kill").args([name, &id]).status();
    let api = OpenApi::new(port);
    let suspended = async {
        until_listed(&api, "users", 1).await?;
        signal("-STOP")?;
        way.cut(0);
        until_listed(&api, "users", 0).await?;
        signal("-CONT")?;
        until_listed(&api, "users", 1).await?;
        signal("-TERM")?;
        until_listed(&api, "users", 0).await
    };
    let suspended = suspended.await;
    server.kill()?;
    server.wait()?;
    suspended.map(drop)
}

async fn the_last_instance_stays_known(port: u16) -> Result<()> {
    let service = "last";
    let caller = Caller::new(service, nacos(port))?;
    let error = caller.call().await.expect_err("there is none").to_string();
    assert!(error.contains("last has no instance"), "{error}");
    let one = Running::start(Some(Registering::new(service, nacos(port)))).await?;
    caller.until(&[(one.port, 10, "")]).await?;
    let port_of_one = one.port;
    one.stop().await?;
    until_listed(&OpenApi::new(port), service, 0).await?;
    // Longer than nacos takes to tell others of a change.
    sleep(Duration::from_secs(2)).await;
    assert_eq!(caller.known(), [(port_of_one, 10, String::new())].into());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_nacos_restarts_calls_go_on_and_servers_register_again() -> Result<()> {
    let Some(mut server) = Nacos::start().await? else {
        return Ok(());
    };
    let service = "restarted";
    let nacos = nacos(server.port);
    let api = OpenApi::new(server.port);
    let one = Running::start(Some(Registering::new(service, nacos.clone()))).await?;
    until_listed(&api, service, 1).await?;
    let caller = Caller::new(service, nacos.clone())?;
    assert_eq!(caller.call().await?, one.port);
    let calling = async {
        loop {
            caller.call().await?;
            sleep(Duration::from_millis(10)).await;
        }
    };
    let restarting = async {
        server.restart(Duration::from_secs(1)).await?;
        // nacos has forgotten it.
        until_listed(&api, service, 1).await
    };
    tokio::select! {
        failed = calling => return failed,
        listed = restarting => listed?,
    };
    one.stop().await
}

/// Waits until nacos lists so many instances of a service.
async fn until_listed(
    api: &OpenApi,
    service: &str,
    count: usize,
) -> Result<Vec<serde_json::Value>> {
    let until = Instant::now() + PATIENCE;
    loop {
        // While nacos restarts, it does not answer.
        let seen = api.list(service).await;
        match seen {
            Ok(seen) if seen.len() == count => return Ok(seen),
            seen if Instant::now() > until => anyhow::bail!("{service}: {seen:?}"),
            _ => sleep(Duration::from_millis(100)).await,
        }
    }
}

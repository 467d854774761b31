//! Documents of Kitex's suites: what is read, and what is refused.

use std::time::Duration;

use super::*;
use crate::config::settings::{Limit, Settings};

const MILLI: Duration = Duration::from_millis(1);

/// The example of the README of `kitex-contrib/config-file`, and the categories that only `config-etcd` has.
const FILE: &str = r#"{
    "ClientName/ServiceName": {
        "timeout": {
            "*": { "conn_timeout_ms": 100, "rpc_timeout_ms": 2000 },
            "Pay": { "conn_timeout_ms": 50, "rpc_timeout_ms": 1000 }
        },
        "circuitbreaker": { "Echo": { "enable": true, "err_rate": 0.3, "min_sample": 100 } },
        "retry": {
            "*": {
                "enable": true,
                "type": 0,
                "failure_policy": {
                    "stop_policy": {
                        "max_retry_times": 3,
                        "max_duration_ms": 2000,
                        "cb_policy": { "error_rate": 0.2 }
                    }
                }
            },
            "Echo": {
                "enable": true,
                "type": 1,
                "backup_policy": {
                    "retry_delay_ms": 200,
                    "stop_policy": {
                        "max_retry_times": 2,
                        "max_duration_ms": 1000,
                        "cb_policy": { "error_rate": 0.3 }
                    }
                }
            }
        },
        "degradation": { "enable": true, "percentage": 30 }
    },
    "ServiceName": { "limit": { "connection_limit": 300, "qps_limit": 200 } }
}"#;

fn read(names: &ConfigNames, text: &str) -> (Settings, Vec<String>) {
    let parsed = file(names, text.as_bytes()).unwrap().expect("an entry");
    let mut settings = Settings::default();
    parsed
        .parts
        .into_values()
        .for_each(|part| settings.put(part));
    (settings, parsed.unused)
}

#[test]
fn a_file_of_config_file_says_all_that_a_client_and_a_server_need() {
    let client = ConfigNames::of_client("ClientName", "ServiceName");
    let (settings, unused) = read(&client, FILE);
    assert_eq!(unused, [""; 0]);
    let pay = settings.timeouts.of("Pay").unwrap();
    assert_eq!(
        (pay.rpc, pay.connect),
        (Some(Some(1000 * MILLI)), Some(50 * MILLI))
    );
    let other = settings.timeouts.of("Other").unwrap();
    assert_eq!(other.rpc, Some(Some(2000 * MILLI)));
    let rule = settings.breakers.of("Echo").unwrap().as_ref().unwrap();
    assert!(
        format!("{rule:?}").contains("error_rate: 0.3, min_samples: 100"),
        "{rule:?}"
    );
    assert!(settings.breakers.of("Pay").is_none());
    let echo = settings.retries.of("Echo").unwrap().as_ref().unwrap();
    assert_eq!((echo.delay(), echo.retries()), (Some(200 * MILLI), 2));
    let other = settings.retries.of("Pay").unwrap().as_ref().unwrap();
    assert_eq!((other.delay(), other.retries()), (None, 3));
    assert_eq!(other.duration(), Some(2000 * MILLI));
    assert_eq!(settings.degradation.0, 30);

    let (settings, _) = read(&ConfigNames::of_server("ServiceName"), FILE);
    let limit = Limit {
        connections: Some(300),
        per_second: Some(200),
    };
    assert_eq!(settings.limit, limit);
    let stranger = ConfigNames::of_server("Other");
    assert!(file(&stranger, FILE.as_bytes()).unwrap().is_none());
}

fn said(of: Category, text: &str) -> Settings {
    let mut settings = Settings::default();
    let parsed = category(of, text.as_bytes()).unwrap();
    parsed
        .parts
        .into_values()
        .for_each(|part| settings.put(part));
    settings
}

#[test]
fn what_is_left_out_and_what_is_zero() {
    let timeouts = said(
        Category::RpcTimeout,
        r#"{"A": {"RPC_timeout_ms": 0}, "B": {"conn_timeout_ms": 0, "rpc_timeout_ms": null}}"#,
    );
    let of = |name| timeouts.timeouts.of(name).map(|it| (it.rpc, it.connect));
    assert_eq!(of("A"), Some((Some(None), None)));
    assert_eq!(of("B"), Some((None, None)));
    assert_eq!(of("C"), None);

    let breakers = said(
        Category::CircuitBreak,
        r#"{"A": {}, "B": {"enable": true}}"#,
    );
    assert_eq!(breakers.breakers.of("A"), Some(&None));
    let default = crate::breaker::BreakerRule::default();
    assert_eq!(breakers.breakers.of("B"), Some(&Some(default)));

    let retries = said(
        Category::Retry,
        r#"{"A": {"enable": false}, "B": {"enable": true, "failure_policy": {}}}"#,
    );
    assert!(retries.retries.of("A").unwrap().is_none());
    assert_eq!(
        retries.retries.of("B").unwrap().as_ref().unwrap().retries(),
        0
    );
    assert_eq!(
        said(Category::Limit, r#"{"qps_limit": 0}"#).limit,
        Limit::default()
    );
    let off = said(
        Category::Degradation,
        r#"{"enable": false, "percentage": 30}"#,
    );
    assert_eq!(off.degradation.0, 0);
}

#[test]
fn pauses_are_fixed_or_random_or_none() {
    let pauses = |backoff: &str| {
        let text = format!(
            r#"{{"*": {{"enable": true, "type": 2, "mixed_policy":
            {{"retry_delay_ms": 5, "stop_policy": {{"max_retry_times": 1}}, "backoff_policy": {backoff}}}}}}}"#
        );
        let retries = said(Category::Retry, &text).retries;
        let policy = retries.others().unwrap().clone().unwrap();
        policy.longest(Duration::ZERO)
    };
    assert_eq!(pauses(r#"{"backoff_type": "none"}"#), Duration::ZERO);
    let fixed = r#"{"backoff_type": "fixed", "cfg_items": {"fix_ms": 50}}"#;
    assert_eq!(pauses(fixed), 50 * MILLI);
    let random = r#"{"backoff_type": "random", "cfg_items": {"min_ms": 10, "max_ms": 70}}"#;
    assert_eq!(pauses(random), 70 * MILLI);
}

#[test]
fn what_has_no_effect_is_named() {
    let text = r#"{"A": {"enable": true, "kind": 1, "failure_policy": {"retry_same_node": true, "extra": "x",
        "stop_policy": {"ddl_stop": true, "max_retry_time": 3}},
        "backup_policy": {}}}"#;
    let unused = category(Category::Retry, text.as_bytes()).unwrap().unused;
    assert_eq!(
        unused,
        [
            "A.failure_policy.stop_policy.max_retry_time",
            "A.failure_policy.retry_same_node",
            "A.failure_policy.extra",
            "A.backup_policy",
            "A.kind",
        ]
    );
    let names = ConfigNames::of_server("S");
    let (_, unused) = read(&names, r#"{"S": {"limits": {}, "limit": {"burst": 1}}}"#);
    assert_eq!(unused, ["S.limit.burst", "S.limits"]);
}

#[test]
fn what_is_wrong_is_refused_with_its_place_and_what_was_expected() {
    use Category::{CircuitBreak, Degradation, Limit, Retry, RpcTimeout};
    let failure =
        |policy: &str| format!("{{\"A\": {{\"enable\": true,\n \"failure_policy\": {policy}}}}}");
    for (of, text, why) in [
        (
            RpcTimeout,
            "[]".to_owned(),
            "line 1, column 1: is an array: expected an object",
        ),
        (
            RpcTimeout,
            "{\"A\":\n {\"rpc_timeout_ms\": -1}}".to_owned(),
            "line 2, column 21: `A.rpc_timeout_ms` is -1: expected a whole number from 0 to 4294967295",
        ),
        (
            CircuitBreak,
            r#"{"A": {"enable": 1}}"#.to_owned(),
            "line 1, column 18: `A.enable` is 1: expected true or false",
        ),
        (
            CircuitBreak,
            r#"{"A": {"err_rate": 1.5}}"#.to_owned(),
            "line 1, column 20: `A.err_rate` is 1.5: expected a share above 0, at most 1",
        ),
        (
            Retry,
            r#"{"A": {"enable": true, "type": 1}}"#.to_owned(),
            "line 1, column 7: `A` has no `backup_policy`",
        ),
        (
            Retry,
            r#"{"A": {"type": 3}}"#.to_owned(),
            "line 1, column 16: `A.type` is 3: expected 0 (failure), 1 (backup) or 2 (mixed)",
        ),
        (
            Retry,
            failure(r#"{"stop_policy": {"max_retry_times": 6}}"#),
            "line 2, column 56: `A.failure_policy.stop_policy.max_retry_times` is 6: \
             expected a whole number from 0 to 5",
        ),
        (
            Retry,
            failure(r#"{"stop_policy": {"cb_policy": {"error_rate": 0.4}}}"#),
            "line 2, column 65: `A.failure_policy.stop_policy.cb_policy.error_rate` is 0.4: \
             expected a share of at most 0.3, or 0 for the default, 0.1",
        ),
        (
            Retry,
            failure(r#"{"backoff_policy": {"backoff_type": "often"}}"#),
            "line 2, column 56: `A.failure_policy.backoff_policy.backoff_type` is \"often\": \
             expected none, fixed or random",
        ),
        (
            Retry,
            failure(
                r#"{"backoff_policy": {"backoff_type": "random", "cfg_items": {"min_ms": 2, "max_ms": 2}}}"#,
            ),
            "line 2, column 79: `A.failure_policy.backoff_policy.cfg_items` is an object: \
             expected a `max_ms` above `min_ms`",
        ),
        (
            Degradation,
            r#"{"percentage": 101}"#.to_owned(),
            "line 1, column 16: `percentage` is 101: expected a whole number from 0 to 100",
        ),
        (
            Limit,
            r#"{"qps_limit": "many"}"#.to_owned(),
            "line 1, column 15: `qps_limit` is \"many\": expected a whole number from 0 to 4294967295",
        ),
    ] {
        let problem = category(of, text.as_bytes()).unwrap_err();
        assert_eq!(problem.to_string(), why, "{text}");
    }
    let names = ConfigNames::of_client("C", "S");
    let twice = r#"{"C/S": {"timeout": {}, "rpc_timeout": {}}}"#;
    assert_eq!(
        file(&names, twice.as_bytes()).unwrap_err().to_string(),
        "line 1, column 40: `C/S.rpc_timeout` is an object: expected either this or `timeout`, which means the same"
    );
}

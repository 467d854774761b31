//! Instances fail, are left alone, are tried and return, in simulated time.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// Whether it is open, most of the time.
fn is_open(health: &Health, settings: &Ejection) -> bool {
    health.is_open(Instant::now, settings)
}

fn fails(health: &Health, settings: &Ejection) -> Option<Duration> {
    health.failed(Instant::now(), settings, || true)
}

#[tokio::test(start_paused = true)]
async fn failures_in_a_row_eject_for_a_time_that_doubles_when_the_return_fails() {
    let (health, settings) = (Health::default(), Ejection::default().failures(3));
    assert_eq!(fails(&health, &settings), None);
    assert!(!health.succeeded(Instant::now));
    assert_eq!(
        [(); 3].map(|()| fails(&health, &settings)),
        [None, None, Some(10 * SECOND)]
    );
    assert!(!is_open(&health, &settings));

    tokio::time::advance(10 * SECOND).await;
    assert!(is_open(&health, &settings));
    health.taken(Instant::now);
    assert!(!is_open(&health, &settings), "one call tries it");
    assert_eq!(fails(&health, &settings), Some(20 * SECOND));
    tokio::time::advance(19 * SECOND).await;
    assert!(!is_open(&health, &settings));
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_returns_gets_more_and_more_calls() {
    fastrand::seed(1);
    let (health, settings) = (Health::default(), Ejection::default().failures(1));
    fails(&health, &settings);
    tokio::time::advance(10 * SECOND).await;
    health.taken(Instant::now);
    assert!(health.succeeded(Instant::now));
    let mut shares = Vec::new();
    for _ in 0..4 {
        let open = (0..1000).filter(|_| is_open(&health, &settings)).count();
        shares.push(open);
        tokio::time::advance(settings.slow_start / 3).await;
    }
    let near = |count: usize, share: f64| (count as f64 / 1000.0 - share).abs() < 0.06;
    assert!(near(shares[0], 0.1) && near(shares[1], 0.33), "{shares:?}");
    assert!(near(shares[2], 0.67) && shares[3] == 1000, "{shares:?}");
}

#[tokio::test(start_paused = true)]
async fn being_reached_is_enough_for_an_instance_that_could_not_be() {
    let settings = Ejection::default().failures(1);
    let tried = async |eject: &dyn Fn(&Health) -> Option<Duration>| {
        let health = Health::default();
        eject(&health);
        tokio::time::advance(10 * SECOND).await;
        health.taken(Instant::now);
        (health.reached(Instant::now), health.succeeded(Instant::now))
    };
    let unreached = |health: &Health| health.unreached(health.outages(), Instant::now());
    assert_eq!(tried(&unreached).await, (true, false));
    let failed = |health: &Health| fails(health, &settings);
    assert_eq!(tried(&failed).await, (false, true));
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_nobody_ends_is_made_again() {
    let (health, settings) = (Health::default(), Ejection::default());
    health.unreached(health.outages(), Instant::now());
    tokio::time::advance(SECOND).await;
    health.taken(Instant::now);
    assert!(!is_open(&health, &settings));
    tokio::time::advance(TRIAL).await;
    assert!(is_open(&health, &settings));
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_together_count_once() {
    let health = Health::default();
    let outages = health.outages();
    let times = [(); 10].map(|()| health.unreached(outages, Instant::now()));
    assert_eq!(times.iter().flatten().count(), 1);
    // One that begins later counts anew.
    assert!(health.unreached(health.outages(), Instant::now()).is_some());
}

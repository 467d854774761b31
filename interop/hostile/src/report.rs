//! The table of what each attack cost, and the verdict on it.

use std::io::Write as _;
use std::time::Duration;

use crate::attack::{Attack, MIB, Scale};
use crate::attacks;
use crate::run::IDLE_CPU;

/// As `println!`; whoever reads may stop reading.
macro_rules! say {
    ($($text:tt)*) => {
        let _ = writeln!(std::io::stdout(), $($text)*);
    };
}

/// What an attack cost.
#[derive(Debug, Default)]
pub struct Figures {
    /// Bytes that the attack has sent.
    pub sent: u64,
    /// The most memory above the idle size, in bytes.
    pub memory: usize,
    /// Use of one core when the attack was over, in percent.
    pub cpu: u32,
    /// Descriptors that stayed open.
    pub leaked: usize,
    /// The 99th percentile of calls on another connection.
    pub p99: Option<Duration>,
    /// The same on the attacked connection, where an attack measures that.
    pub neighbour: Option<Duration>,
    /// Why the attack could not be made, or which promise was broken.
    pub failure: Option<String>,
}

/// Prints the attacks, and what each does.
pub fn list() {
    for attack in attacks::all() {
        let (name, about, target) = (attack.name, attack.about, attack.target);
        say!(
            "{name:<38} {target} ≤ {:>4} MiB  {about}",
            attack.memory / MIB
        );
    }
}

pub fn head() {
    say!(
        "| attack | target | sent, MiB | memory, MiB | bound | CPU after | descriptors | bystander, p99 ms | same connection, p99 ms | |"
    );
    say!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
}

/// Prints the line of an attack, and returns whether the attack stayed within its bounds.
pub fn line(attack: &Attack, scale: Scale, figures: &Figures) -> bool {
    let over = over(attack, scale, figures);
    let verdict = match over.is_empty() {
        true => "ok".to_owned(),
        false => format!("over: {}", over.join(", ")),
    };
    say!(
        "| {} | {} | {} | {} | {} | {} % | {} | {} | {} | {verdict} |",
        attack.name,
        attack.target,
        mib(figures.sent as usize),
        mib(figures.memory),
        attack.memory / MIB,
        figures.cpu,
        figures.leaked,
        millis(figures.p99),
        millis(figures.neighbour),
    );
    over.is_empty()
}

/// Attacks by saying nothing. Of each other one, something has to have been sent.
const SILENT: [&str; 6] = [
    "any-nothing",
    "any-silent",
    "client-framed-closed",
    "client-grpc-silent",
    "client-streaming-many-lost-at-once",
    "client-streaming-takes-nothing",
];

fn is_to_send(attack: &Attack) -> bool {
    !SILENT.contains(&attack.name)
}

/// What is over its bound.
fn over(attack: &Attack, scale: Scale, figures: &Figures) -> Vec<String> {
    let mut over: Vec<String> = figures.failure.iter().cloned().collect();
    let is_late = |latency: Option<Duration>| latency.is_some_and(|it| it > scale.latency());
    let bounds = [
        (figures.memory > attack.memory, "memory"),
        (figures.cpu > IDLE_CPU, "CPU"),
        (figures.leaked > 0, "descriptors"),
        (is_late(figures.p99), "bystander"),
        (figures.p99.is_none(), "no bystander"),
        (is_to_send(attack) && figures.sent == 0, "nothing sent"),
        (is_late(figures.neighbour), "same connection"),
    ];
    over.extend(
        bounds
            .iter()
            .filter(|(over, _)| *over)
            .map(|(_, what)| (*what).to_owned()),
    );
    over
}

fn mib(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / MIB as f64)
}

fn millis(latency: Option<Duration>) -> String {
    latency.map_or(String::new(), |it| {
        format!("{:.1}", it.as_secs_f64() * 1000.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_fails_an_attack() {
        let attack = attacks::all().find(|attack| is_to_send(attack)).unwrap();
        let within = || Figures {
            sent: 1,
            memory: attack.memory,
            cpu: IDLE_CPU,
            p99: Some(Duration::from_millis(50)),
            ..Figures::default()
        };
        let verdict = |change: fn(&mut Figures)| {
            let mut figures = within();
            change(&mut figures);
            over(attack, Scale::Long, &figures)
        };
        assert!(verdict(|_| ()).is_empty());
        assert_eq!(verdict(|it| it.memory += 1), ["memory"]);
        assert_eq!(verdict(|it| it.cpu += 1), ["CPU"]);
        assert_eq!(verdict(|it| it.leaked = 1), ["descriptors"]);
        assert_eq!(verdict(|it| it.p99 = None), ["no bystander"]);
        assert_eq!(verdict(|it| it.sent = 0), ["nothing sent"]);
        let late = Some(Duration::from_millis(51));
        assert_eq!(
            over(
                attack,
                Scale::Long,
                &Figures {
                    p99: late,
                    ..within()
                }
            ),
            ["bystander"]
        );
        assert!(
            over(
                attack,
                Scale::Short,
                &Figures {
                    p99: late,
                    ..within()
                }
            )
            .is_empty()
        );
        let neighbour = Figures {
            neighbour: late,
            ..within()
        };
        assert_eq!(over(attack, Scale::Long, &neighbour), ["same connection"]);
        assert_eq!(
            verdict(|it| it.failure = Some("broken".to_owned())),
            ["broken"]
        );
    }
}

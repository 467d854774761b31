//! Runs an attack against a new process, and measures what it cost.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::attack::{Attack, MIB, Pace, Scale, Target, Wire};
use crate::bystander;
use crate::children::{self, server};
use crate::process::{Proc, Process};
use crate::report::{self, Figures};
use crate::stage::Stage;

/// A process that holds so much is ended: what the attack shows is clear, and the machine has others.
const CEILING: usize = 1536 * MIB;
/// How long a process gets to become idle again, and to close its descriptors.
const SETTLE: Duration = Duration::from_secs(10);
/// How long its processor time is watched for that.
const WINDOW: Duration = Duration::from_millis(200);
/// The most that a process may use of one core when it counts as idle, in percent: one tick of
/// Linux's count, and another one.
pub const IDLE_CPU: u32 = 10;
/// How often something that is waited for is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// Runs these attacks, prints the table, and says whether each of them was borne.
pub fn all(attacks: &[&'static Attack], scale: Scale) -> io::Result<bool> {
    if !Proc::is_here() {
        println!(
            "skipped: memory and descriptors of a process are read from /proc, which is not here"
        );
        return Ok(true);
    }
    report::head();
    let waiting = Mutex::new(attacks.iter());
    let next = || lock(&waiting).next().copied();
    let lane = || -> io::Result<bool> {
        let mut are_borne = true;
        while let Some(attack) = next() {
            are_borne &= report::line(attack, scale, &one(attack, scale)?);
        }
        Ok(are_borne)
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..scale.lanes()).map(|_| scope.spawn(lane)).collect();
        let mut are_borne = true;
        for lane in lanes {
            are_borne &= lane
                .join()
                .map_err(|_| io::Error::other("an attack panicked"))??;
        }
        Ok(are_borne)
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn one(attack: &'static Attack, scale: Scale) -> io::Result<Figures> {
    let runtime = children::runtime()?;
    match attack.target {
        Target::Server(pace) => on_server(attack, pace, scale, &runtime),
        Target::Client(drive) => {
            let decent = runtime.block_on(server::decent())?.to_string();
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let hostile = listener.local_addr()?.to_string();
            let (wire, drive) = (attack.wire.name(), drive.name());
            let process = Process::start(&["suffer", wire, drive, &hostile, &decent])?;
            on_client(attack, process, listener, scale)
        }
    }
}

fn on_server(
    attack: &'static Attack,
    pace: Pace,
    scale: Scale,
    runtime: &Runtime,
) -> io::Result<Figures> {
    let args: &[&str] = match pace {
        Pace::Default => &["serve"],
        Pace::Quick => &["serve", "quick"],
    };
    let mut process = Process::start(args)?;
    let address: SocketAddr = process.line()?.parse().map_err(io::Error::other)?;
    runtime.block_on(every_wire(address))?;
    let client = bystander::client(Wire::Any, &address.to_string()).map_err(io::Error::other)?;
    let client = Arc::new(client);
    let first = runtime.block_on(bystander::call(&client));
    first.map_err(io::Error::other)?;
    let before = Before::of(process.proc())?;
    let (stop, stopped) = watch::channel(false);
    let watching = runtime.spawn(bystander::watch(client, stopped));
    let stage = Stage::new(
        address,
        TcpListener::bind("127.0.0.1:0")?,
        before.process(),
        scale,
    );
    let attacked = before.guarded(|| (attack.run)(&stage));
    let leaked = before.leaked();
    let _ = stop.send(true);
    let latencies = runtime.block_on(watching).map_err(io::Error::other)?;
    let mut figures = before.figures(attacked, leaked)?;
    figures.sent = stage.sent();
    figures.p99 = bystander::p99(latencies);
    figures.neighbour = bystander::p99(stage.into_neighbours());
    if figures.failure.is_none()
        && let Err(error) = runtime.block_on(every_wire(address))
    {
        figures.failure = Some(format!("calls fail afterwards: {error}"));
    }
    Ok(figures)
}

fn on_client(
    attack: &'static Attack,
    mut process: Process,
    listener: TcpListener,
    scale: Scale,
) -> io::Result<Figures> {
    process.line()?;
    let before = Before::of(process.proc())?;
    process.tell("start")?;
    let stage = Stage::new(listener.local_addr()?, listener, before.process(), scale);
    let attacked = before.guarded(|| (attack.run)(&stage));
    let p99 = process.tell("stop").and_then(|()| process.line());
    let leaked = before.leaked();
    let mut figures = before.figures(attacked, leaked)?;
    figures.sent = stage.sent();
    let micros = p99.ok().and_then(|line| line.parse().ok());
    figures.p99 = micros.map(Duration::from_micros);
    Ok(figures)
}

/// A call over each wire: it works, and what the process allocates at a first use is there.
async fn every_wire(address: SocketAddr) -> io::Result<()> {
    for wire in [Wire::TtHeader, Wire::Framed, Wire::Grpc] {
        let client = bystander::client(wire, &address.to_string()).map_err(io::Error::other)?;
        bystander::call(&client).await.map_err(io::Error::other)?;
    }
    let client = bystander::client(Wire::Streaming, &address.to_string());
    let client = client.map_err(io::Error::other)?;
    let stream = client.talk().await.map_err(io::Error::other)?;
    drop(stream);
    Ok(())
}

/// A process before it is attacked.
struct Before {
    proc: Proc,
    idle: usize,
    descriptors: usize,
}

impl Before {
    fn of(proc: Proc) -> io::Result<Self> {
        // Connections of the warm-up may still be closing.
        let (mut descriptors, mut same) = (proc.descriptors()?, 0);
        while same < 5 {
            std::thread::sleep(GLANCE);
            let now = proc.descriptors()?;
            same = if now == descriptors { same + 1 } else { 0 };
            descriptors = now;
        }
        let idle = proc.resident()?;
        Ok(Self {
            proc,
            idle,
            descriptors,
        })
    }

    fn process(&self) -> (Proc, usize) {
        (self.proc, self.descriptors)
    }

    /// Runs the attack, and ends the attacked process if it takes too much of the machine.
    fn guarded(&self, attack: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let (proc, is_done) = (self.proc, AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    if proc.resident().is_ok_and(|size| size > CEILING) {
                        proc.kill();
                    }
                    std::thread::sleep(GLANCE);
                }
            });
            let attacked = attack();
            is_done.store(true, Ordering::Relaxed);
            attacked
        })
    }

    /// How many descriptors more than before stay open.
    fn leaked(&self) -> usize {
        let from = Instant::now();
        loop {
            let open = self.proc.descriptors().unwrap_or(0);
            let leaked = open.saturating_sub(self.descriptors);
            if leaked == 0 || from.elapsed() > SETTLE {
                return leaked;
            }
            std::thread::sleep(GLANCE);
        }
    }

    fn figures(&self, attacked: io::Result<()>, leaked: usize) -> io::Result<Figures> {
        let mut failure = attacked.err().map(|error| error.to_string());
        let peak = self.proc.peak();
        let cpu = self.idle_again();
        if peak.is_err() || cpu.is_err() {
            failure = Some(format!("it died, or was ended above {} MiB", CEILING / MIB));
        }
        Ok(Figures {
            sent: 0,
            memory: peak.map_or(CEILING, |peak| peak.saturating_sub(self.idle)),
            cpu: cpu.unwrap_or(0),
            leaked,
            p99: None,
            neighbour: None,
            failure,
        })
    }

    /// What the process uses of a core once it is idle, or when the time for that is over.
    fn idle_again(&self) -> io::Result<u32> {
        let from = Instant::now();
        loop {
            let used = self.proc.cpu(WINDOW)?;
            if used <= IDLE_CPU || from.elapsed() > SETTLE {
                return Ok(used);
            }
        }
    }
}

//! A child process that is attacked, and what `/proc` says about it.

use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Linux counts processor time in hundredths of a second, whatever the machine.
const TICK: Duration = Duration::from_millis(10);

/// This program, started anew as what is attacked. It ends when its standard input does.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    pub fn start(args: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            input: child.stdin.take(),
            lines: BufReader::new(output).lines(),
            child,
        })
    }

    /// The next line that the process prints.
    pub fn line(&mut self) -> io::Result<String> {
        let ended = || io::Error::other("the attacked process has ended");
        self.lines.next().ok_or_else(ended)?
    }

    /// Sends the process a line.
    pub fn tell(&mut self, line: &str) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(input, "{line}")
    }

    pub fn proc(&self) -> Proc {
        Proc(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where Linux tells about a process.
#[derive(Debug, Clone, Copy)]
pub struct Proc(u32);

impl Proc {
    /// Whether this system has what is read here.
    pub fn is_here() -> bool {
        std::fs::exists("/proc/self/status").unwrap_or(false)
    }

    /// Memory in RAM, in bytes.
    pub fn resident(self) -> io::Result<usize> {
        self.size("VmRSS:")
    }

    /// The most memory that was ever in RAM, in bytes.
    pub fn peak(self) -> io::Result<usize> {
        self.size("VmHWM:")
    }

    fn size(self, name: &str) -> io::Result<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
        // A process that has ended has no memory, and is still there for its parent.
        let ended = || io::Error::other("the attacked process has ended");
        Ok(number.ok_or_else(ended)? * 1024)
    }

    /// How many files and sockets are open.
    pub fn descriptors(self) -> io::Result<usize> {
        Ok(std::fs::read_dir(format!("/proc/{}/fd", self.0))?.count())
    }

    /// How much of one core the process uses within `window`, in percent.
    pub fn cpu(self, window: Duration) -> io::Result<u32> {
        let (before, from) = (self.ticks()?, Instant::now());
        std::thread::sleep(window);
        let spent = TICK * (self.ticks()? - before);
        Ok((100.0 * spent.as_secs_f64() / from.elapsed().as_secs_f64()) as u32)
    }

    fn ticks(self) -> io::Result<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name of the program, in parentheses, may contain spaces; utime is the 12th field
        // behind it, stime the 13th.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let times = fields.split_whitespace().skip(11).take(2);
        Ok(times.filter_map(|time| time.parse::<u32>().ok()).sum())
    }

    /// Ends the process at once.
    pub fn kill(self) {
        let id = self.0.to_string();
        let _ = Command::new("kill").args(["-KILL", &id]).status();
    }
}

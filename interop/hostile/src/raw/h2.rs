//! A connection of HTTP/2 that knows its windows, so that an attack can stay within them.

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::h2_frames::{
    ACK, DATA, HEADERS, INITIAL_WINDOW_SIZE, MAX_FRAME, PREFACE, SETTINGS, WINDOW_UPDATE, frame,
    head, headers, message, request, settings,
};
use super::{PATIENCE, Raw, thrift};
use crate::stage::Stage;

/// Windows before anybody says otherwise.
const DEFAULT_WINDOW: i64 = 65_535;
/// How long an attack waits for a window that may stay closed.
const WINDOW_PATIENCE: Duration = Duration::from_millis(500);
/// The stream of those calls: the first one.
const NEIGHBOUR: u32 = 1;

/// A client's connection whose answers are read and, but for windows, forgotten.
pub struct H2 {
    raw: Raw,
    windows: Arc<Windows>,
    answers: Receiver<()>,
    next: u32,
}

#[derive(Default)]
struct Windows {
    state: Mutex<State>,
    opened: Condvar,
}

struct State {
    connection: i64,
    /// Of a stream that nothing was sent on.
    initial: i64,
    /// What was given and taken since.
    streams: HashMap<u32, i64>,
    is_closed: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            connection: DEFAULT_WINDOW,
            initial: DEFAULT_WINDOW,
            streams: HashMap::new(),
            is_closed: false,
        }
    }
}

impl H2 {
    /// Connects, with these SETTINGS. Stream 1 is open, and its handler answers each message.
    pub fn connect(stage: &Stage, ours: &[(u16, u32)]) -> io::Result<Self> {
        let mut raw = stage.connect()?;
        greet(&mut raw, ours)?;
        let windows = Arc::new(Windows::default());
        let (sender, answers) = channel();
        let (reader, theirs) = (raw.reader()?, Arc::clone(&windows));
        std::thread::spawn(move || {
            read(reader, &theirs, &sender);
            lock(&theirs.state).is_closed = true;
            theirs.opened.notify_all();
        });
        Ok(Self {
            raw,
            windows,
            answers,
            next: NEIGHBOUR + 2,
        })
    }

    #[must_use]
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.raw.send(bytes)
    }

    pub fn flood(&mut self, bytes: &[u8], times: usize) {
        self.raw.flood(bytes, times);
    }

    /// The id of a new stream.
    pub fn next_id(&mut self) -> u32 {
        self.next += 2;
        self.next - 2
    }

    /// Opens a stream and tells its handler what to do. `None`: the peer has closed, or the time is
    /// over.
    pub fn open(&mut self, order: &'static str) -> Option<u32> {
        let id = self.next_id();
        let is_open = self.raw.send(&headers(id, 0, &request()))
            && self.data(id, &message(&thrift::msg(order, 0)));
        is_open.then_some(id)
    }

    /// Sends bytes as DATA, as soon as the windows are open.
    #[must_use]
    pub fn data(&mut self, id: u32, bytes: &[u8]) -> bool {
        bytes.chunks(MAX_FRAME).all(|piece| {
            self.take_window(id, piece.len()) && self.raw.send(&frame(DATA, 0, id, piece))
        })
    }

    /// Takes so many bytes of the windows of a stream, for DATA that the caller sends.
    #[must_use]
    pub fn take_window(&self, id: u32, bytes: usize) -> bool {
        self.windows.take(id, bytes, WINDOW_PATIENCE)
    }

    /// Opens the stream that [`H2::call`] uses.
    pub fn open_neighbour(&mut self) -> io::Result<()> {
        let order = message(&thrift::msg("echo", 0));
        let open = [
            headers(NEIGHBOUR, 0, &request()),
            frame(DATA, 0, NEIGHBOUR, &order),
        ];
        let is_sent = self.windows.take(NEIGHBOUR, order.len(), PATIENCE)
            && self.raw.send_patiently(&open.concat());
        if !is_sent || self.answers.recv_timeout(PATIENCE).is_err() {
            return Err(io::Error::other(
                "no stream beside the attack can be opened",
            ));
        }
        Ok(())
    }

    /// A call on this connection. `None`: no answer.
    pub fn call(&mut self) -> Option<()> {
        let bytes = message(&thrift::msg("echo", 16));
        // A server closes the connection of a client that sends more than its windows allow.
        let is_sent = self.windows.take(NEIGHBOUR, bytes.len(), PATIENCE)
            && self.raw.send_patiently(&frame(DATA, 0, NEIGHBOUR, &bytes));
        is_sent.then(|| self.answers.recv_timeout(PATIENCE).ok())?
    }
}

impl Windows {
    /// Waits until so many bytes may be sent on the stream; `false` if that takes too long.
    fn take(&self, id: u32, bytes: usize, patience: Duration) -> bool {
        let (bytes, until) = (bytes as i64, Instant::now() + patience);
        let mut state = lock(&self.state);
        loop {
            let initial = state.initial;
            let stream = *state.streams.entry(id).or_default();
            if state.is_closed {
                return false;
            }
            if state.connection >= bytes && initial + stream >= bytes {
                state.connection -= bytes;
                state.streams.insert(id, stream - bytes);
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.opened.wait_timeout(state, left);
            state = waited.unwrap_or_else(|poison| poison.into_inner()).0;
        }
    }
}

/// Sends what a client has to send first, and acknowledges the server's SETTINGS. Whether there is time
/// for an attack behind that, the attack sees at its own frames.
pub fn greet(raw: &mut Raw, ours: &[(u16, u32)]) -> io::Result<()> {
    let hello = [
        PREFACE.as_slice(),
        &settings(ours),
        &frame(SETTINGS, ACK, 0, &[]),
    ]
    .concat();
    match raw.send_patiently(&hello) {
        true => Ok(()),
        false => Err(io::Error::other("the server takes no preface")),
    }
}

fn read(mut socket: TcpStream, windows: &Windows, answers: &Sender<()>) {
    while let Some((kind, stream, payload)) = read_frame(&mut socket) {
        match (kind, payload.len()) {
            (WINDOW_UPDATE, 4) => {
                let more = i64::from(number(&payload));
                let mut state = lock(&windows.state);
                match stream {
                    0 => state.connection += more,
                    id => *state.streams.entry(id).or_default() += more,
                }
                windows.opened.notify_all();
            }
            (SETTINGS, _) => {
                for setting in payload.chunks_exact(6) {
                    if setting[..2] == INITIAL_WINDOW_SIZE.to_be_bytes() {
                        lock(&windows.state).initial = i64::from(number(&setting[2..]));
                        windows.opened.notify_all();
                    }
                }
            }
            (DATA, 1..) if stream == NEIGHBOUR => {
                let _ = answers.send(());
            }
            _ => {}
        }
    }
}

/// Type, stream and payload of the next frame; `None` at the end of the connection.
pub fn read_frame(socket: &mut TcpStream) -> Option<(u8, u32, Vec<u8>)> {
    let mut fixed = [0; 9];
    socket.read_exact(&mut fixed).ok()?;
    let mut payload = vec![0; number(&[0, fixed[0], fixed[1], fixed[2]]) as usize];
    socket.read_exact(&mut payload).ok()?;
    Some((fixed[3], number(&fixed[5..]), payload))
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |all, byte| all << 8 | u32::from(*byte))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// The server's side: takes the preface, says hello, and returns the id of the first call. Whatever
/// else the client sends is read and forgotten.
pub fn accept(raw: &mut Raw) -> Option<u32> {
    let mut socket = raw.reader().ok()?;
    let mut preface = [0; PREFACE.len()];
    socket.read_exact(&mut preface).ok()?;
    let hello = [settings(&[]), frame(SETTINGS, ACK, 0, &[]), open_window()].concat();
    if !raw.send(&hello) {
        return None;
    }
    let id = loop {
        if let (HEADERS, id, _) = read_frame(&mut socket)? {
            break id;
        }
    };
    raw.drain().ok()?;
    Some(id)
}

/// Lets the peer send a gibibyte on the connection.
pub fn open_window() -> Vec<u8> {
    let mut bytes = head(4, WINDOW_UPDATE, 0, 0);
    bytes.extend_from_slice(&(1_u32 << 30).to_be_bytes());
    bytes
}

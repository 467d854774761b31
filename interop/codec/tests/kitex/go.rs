//! The Go program at the other end.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use streamgen_runtime::Bytes;
use streamgen_runtime::codec::Struct;

use crate::kitex;

/// A running `interop/kitex/bin/codec`. Ends with its standard input, so with the tests.
pub struct Kitex {
    process: Mutex<Child>,
}

/// The program, started when first asked for; `None` without Go.
pub fn kitex() -> Option<&'static Kitex> {
    static STARTED: OnceLock<Option<Kitex>> = OnceLock::new();
    let start = || {
        let process = Command::new(kitex::program("codec")?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let process = Mutex::new(process.expect("the Go program starts"));
        Some(Kitex { process })
    };
    STARTED.get_or_init(start).as_ref()
}

impl Kitex {
    /// The value that Kitex reads, with the names of the IDL; or why it does not.
    pub fn text<T: Struct>(&self, bytes: &[u8]) -> Result<String, String> {
        self.ask::<T>(b't', bytes).map(into_text)
    }

    /// What Kitex writes of what it reads.
    pub fn echo<T: Struct>(&self, bytes: &[u8]) -> Result<Bytes, String> {
        self.ask::<T>(b'e', bytes).map(Bytes::from)
    }

    /// A random value, as Kitex writes it.
    pub fn random<T: Struct>(&self, seed: u64) -> Bytes {
        let bytes = self.ask::<T>(b'r', &seed.to_be_bytes());
        Bytes::from(bytes.unwrap_or_else(|error| panic!("{} {seed}: {error}", T::NAME)))
    }

    /// What Kitex writes of the value that its `NewT` makes.
    pub fn fresh<T: Struct>(&self) -> Result<Bytes, String> {
        self.ask::<T>(b'n', &[]).map(Bytes::from)
    }

    /// What Kitex writes of `&T{}`.
    pub fn blank<T: Struct>(&self) -> Result<Bytes, String> {
        self.ask::<T>(b'z', &[]).map(Bytes::from)
    }

    fn ask<T: Struct>(&self, command: u8, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let name_len = u8::try_from(T::NAME.len()).expect("a short name");
        let request = [&[command, name_len], T::NAME.as_bytes(), bytes].concat();
        // A test that failed has left the program between two requests.
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = exchange(&mut process, &request).expect("the Go program answers");
        match answer.remove(0) {
            0 => Ok(answer),
            _ => Err(into_text(answer)),
        }
    }
}

/// One request and its answer, each behind its length.
fn exchange(process: &mut Child, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let input = process.stdin.as_mut().expect("piped");
    let len = u32::try_from(request.len()).expect("a short request");
    input.write_all(&[&len.to_be_bytes()[..], request].concat())?;
    let output = process.stdout.as_mut().expect("piped");
    let mut len = [0; 4];
    output.read_exact(&mut len)?;
    let mut answer = vec![0; u32::from_be_bytes(len) as usize];
    output.read_exact(&mut answer)?;
    Ok(answer)
}

fn into_text(answer: Vec<u8>) -> String {
    String::from_utf8(answer).expect("an answer in UTF-8")
}

//! Ping-pong calls inside a TTHeader.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, channel};

use bytes::BytesMut;
use streamgen_runtime::unstable::ttheader::frame::{FLAG_OUT_OF_ORDER, Header, int_key};

use super::{PATIENCE, Raw, thrift};

/// The number of those calls.
const NEIGHBOUR: i32 = 2_000_001;

/// A call whose answer may come in any order, so that the server runs many of them at a time.
pub fn call(seq: i32, msg: &[u8]) -> Vec<u8> {
    let payload = thrift::framed(&thrift::call(seq, msg));
    let header = Header {
        flags: FLAG_OUT_OF_ORDER,
        seq_id: seq,
        ints: [
            (int_key::TO_METHOD, "Call".into()),
            (int_key::TRANSPORT_TYPE, "framed".into()),
            (int_key::MESSAGE_TYPE, "1".into()),
        ]
        .into(),
        ..Header::default()
    };
    let mut bytes = BytesMut::new();
    let encoded = header.encode(payload.len(), &mut bytes);
    debug_assert_eq!(encoded, Ok(()));
    bytes.extend_from_slice(&payload);
    bytes.to_vec()
}

/// Small calls on the attacked connection. All answers are read, and those of other calls forgotten.
pub struct Neighbour {
    answers: Receiver<()>,
}

impl Neighbour {
    pub fn listen(raw: &Raw) -> io::Result<Self> {
        let (sender, answers) = channel();
        let mut socket = raw.reader()?;
        std::thread::spawn(move || {
            let mut length = [0; 4];
            while socket.read_exact(&mut length).is_ok() {
                let mut frame = vec![0; u32::from_be_bytes(length) as usize];
                if socket.read_exact(&mut frame).is_err() {
                    return;
                }
                // Behind LENGTH come MAGIC, FLAGS and SEQUENCE.
                if frame.get(4..8) == Some(&NEIGHBOUR.to_be_bytes()) {
                    let _ = sender.send(());
                }
            }
        });
        Ok(Self { answers })
    }

    pub fn call(&self, raw: &mut Raw) -> Option<()> {
        let is_sent = raw.send_patiently(&call(NEIGHBOUR, &thrift::msg("", 16)));
        is_sent.then(|| self.answers.recv_timeout(PATIENCE).ok())?
    }
}

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Wake;

use tokio::io::duplex;

use super::*;

const HIGH_WATER: usize = 100;

fn outbox(socket: BoxWriter) -> Outbox {
    Outbox::new(socket, HIGH_WATER, Duration::from_secs(60))
}

fn push(outbox: &Outbox, len: usize) {
    let pushed = outbox.push(|batch| {
        batch.bytes.buf().extend_from_slice(&vec![0; len]);
        batch.add_frame();
        Ok(())
    });
    pushed.unwrap();
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lets the writer go on until it waits.
fn run(writer: &mut Pin<&mut impl Future<Output = io::Result<()>>>) {
    let cx = &mut Context::from_waker(Waker::noop());
    // Once more, because it lets others go first.
    for _ in 0..2 {
        assert!(writer.as_mut().poll(cx).is_pending());
    }
}

/// Its deadline passes, say, while the peer takes too little for the others to go on.
#[tokio::test]
async fn the_sender_of_a_stream_that_ends_is_woken_wherever_it_waits() {
    for taken in [0, 30, 49] {
        let (near, _far) = duplex(taken.max(1));
        let outbox = outbox(Box::pin(near));
        push(&outbox, HIGH_WATER);
        let (sender, other) = (Arc::new(Woken::default()), Arc::new(Woken::default()));
        for (sid, woken) in [(1, &sender), (2, &other)] {
            let waker = Waker::from(Arc::clone(woken));
            let cx = &mut Context::from_waker(&waker);
            assert!(outbox.poll_ready(sid, cx).is_pending());
        }
        if taken > 0 {
            run(&mut pin!(outbox.write_all()));
            assert_eq!(outbox.pending(), HIGH_WATER - taken);
        }
        let count = |woken: &Woken| woken.0.load(Ordering::Relaxed);
        assert_eq!((count(&sender), count(&other)), (0, 0), "{taken}");
        outbox.release(1);
        assert_eq!((count(&sender), count(&other)), (1, 0), "{taken}");
    }
}

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Wake;

use tokio::io::{AsyncWrite, duplex};

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

/// The first ones that are woken may have given up: the others must not wait for what these send.
#[tokio::test]
async fn senders_are_woken_a_few_at_a_time_though_none_of_them_sends() {
    let (near, _far) = duplex(2 * HIGH_WATER);
    let outbox = outbox(Box::pin(near));
    push(&outbox, HIGH_WATER);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let all = 3 * SENDERS_AT_ONCE;
    for sid in 0..all as i32 {
        let cx = &mut Context::from_waker(&waker);
        assert!(outbox.poll_ready(sid, cx).is_pending());
    }
    let mut writer = pin!(outbox.write_all());
    let writers = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&writers));
    let cx = &mut Context::from_waker(&waker);
    let (mut seen, mut turns) = (vec![0], 0);
    while writers.0.swap(0, Ordering::Relaxed) > 0 || turns == 0 {
        turns += 1;
        assert!(writer.as_mut().poll(cx).is_pending());
        seen.push(woken.0.load(Ordering::Relaxed));
    }
    assert_eq!(seen.last(), Some(&all), "{seen:?}");
    let most = seen.windows(2).map(|two| two[1] - two[0]).max();
    assert!(most <= Some(2 * SENDERS_AT_ONCE), "{seen:?}");
    // One that waits although there is room is found by its stream's end.
    assert!(!outbox.crowded.load(Ordering::Relaxed));
}

/// Holds what it is given until it can be flushed.
#[derive(Default)]
struct Held {
    held: usize,
    passed: usize,
    can_flush: bool,
    flusher: Option<Waker>,
}

impl Held {
    fn let_flush(&mut self, can_flush: bool) {
        self.can_flush = can_flush;
        self.flusher.take().into_iter().for_each(Waker::wake);
    }
}

/// The end of it that is written to.
struct HeldWriter(Arc<Mutex<Held>>);

impl AsyncWrite for HeldWriter {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).held += buf.len();
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut this = lock(&self.0);
        if !this.can_flush {
            this.flusher = Some(cx.waker().clone());
            return Poll::Pending;
        }
        this.passed += std::mem::take(&mut this.held);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

#[tokio::test]
async fn what_a_sender_writes_alone_and_cannot_flush_is_flushed_by_the_writer() {
    let held = Arc::new(Mutex::new(Held::default()));
    lock(&held).let_flush(true);
    let outbox = outbox(Box::pin(HeldWriter(Arc::clone(&held))));
    let mut writer = pin!(outbox.write_all());
    push(&outbox, 10);
    run(&mut writer);
    assert_eq!(lock(&held).passed, 10, "the writer flushes");

    outbox.note_read();
    push(&outbox, 10);
    assert_eq!(lock(&held).passed, 20, "so does a lone sender");

    lock(&held).let_flush(false);
    outbox.note_read();
    push(&outbox, 10);
    assert_eq!((lock(&held).held, outbox.pending()), (10, 0));
    run(&mut writer);
    assert_eq!(lock(&held).passed, 20);
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let cx = &mut Context::from_waker(&waker);
    assert!(writer.as_mut().poll(cx).is_pending());
    lock(&held).let_flush(true);
    assert_eq!(
        woken.0.load(Ordering::Relaxed),
        1,
        "the writer waits for it"
    );
    run(&mut writer);
    assert_eq!(lock(&held).passed, 30);
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_does_not_end_is_noticed() {
    let held = Arc::new(Mutex::new(Held::default()));
    let outbox = outbox(Box::pin(HeldWriter(held)));
    push(&outbox, 10);
    let error = outbox.write_all().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

use std::sync::atomic::AtomicUsize;

use super::*;

/// Counts how often it was driven.
#[derive(Default)]
struct Counting {
    driven: AtomicUsize,
    /// h2's lock, as far as this test needs one.
    h2: Mutex<()>,
}

impl Driven for Counting {
    fn drive(&self, _: &mut Context<'_>) -> usize {
        let _h2 = self.h2.try_lock().expect("it is not driven under the lock");
        self.driven.fetch_add(1, Ordering::Relaxed);
        0
    }
}

fn stream(of: &Arc<DriveQueue>) -> (Arc<Signal>, Arc<Counting>) {
    let (signal, stream) = (Signal::new(Arc::clone(of)), Arc::default());
    signal.bind(&stream);
    (signal, stream)
}

impl Counting {
    fn driven(&self) -> usize {
        self.driven.load(Ordering::Relaxed)
    }
}

#[test]
fn a_stream_is_on_the_list_once_until_it_is_driven() {
    let list = Arc::<DriveQueue>::default();
    let (signal, stream) = stream(&list);
    for round in 1..3 {
        (0..3).for_each(|_| signal.raise());
        assert_eq!(stream.driven(), round - 1);
        assert!(!list.drive_ready(&mut VecDeque::new()));
        assert_eq!(stream.driven(), round);
    }
}

#[test]
fn a_stream_that_asks_when_the_connection_is_over_is_driven_each_time() {
    let list = Arc::<DriveQueue>::default();
    let [(asked, early), (asks, late)] = [stream(&list), stream(&list)];
    asked.raise();
    list.close(VecDeque::new());
    assert_eq!((early.driven(), late.driven()), (1, 0));
    for times in 1..3 {
        asks.raise();
        asked.raise();
        assert_eq!((early.driven(), late.driven()), (1 + times, times));
    }
}

#[test]
fn h2_may_wake_a_stream_under_its_lock_when_the_connection_is_over() {
    let list = Arc::<DriveQueue>::default();
    let (signal, stream) = stream(&list);
    list.close(VecDeque::new());
    let h2 = lock(&stream.h2);
    Waker::from(Arc::clone(&signal)).wake();
    drop(h2);
    assert_eq!(stream.driven(), 0);
    signal.raise();
    assert_eq!(stream.driven(), 1);
}

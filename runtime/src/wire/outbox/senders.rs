//! Senders that wait for room in the out buffer.

use std::collections::HashMap;
use std::task::Waker;

/// The senders of streams that wait, by stream. They are woken in the order in which they came: whoever
/// comes first finds the room.
#[derive(Debug, Default)]
pub(super) struct Senders {
    waiting: HashMap<i32, Waiting>,
    /// How many have come.
    came: u64,
}

#[derive(Debug)]
struct Waiting {
    /// Its place in the order.
    nth: u64,
    waker: Waker,
}

impl Senders {
    /// The sender of the stream `sid` waits. One that waits already keeps its place.
    pub(super) fn wait(&mut self, sid: i32, waker: &Waker) {
        let nth = self.came;
        self.came += 1;
        let waiting = self.waiting.entry(sid).or_insert_with(|| Waiting {
            nth,
            waker: waker.clone(),
        });
        waiting.waker.clone_from(waker);
    }

    /// The sender of the stream `sid` waits no longer.
    pub(super) fn remove(&mut self, sid: i32) -> Option<Waker> {
        self.waiting.remove(&sid).map(|waiting| waiting.waker)
    }

    /// All of them, first come first. They are to be woken without the lock.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Waker> + use<> {
        let mut all: Vec<_> = self.waiting.drain().map(|(_, waiting)| waiting).collect();
        all.sort_unstable_by_key(|waiting| waiting.nth);
        all.into_iter().map(|waiting| waiting.waker)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::Wake;

    use super::*;

    /// Notes its number when it is woken.
    struct Note(i32, Arc<Mutex<Vec<i32>>>);

    impl Wake for Note {
        fn wake(self: Arc<Self>) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    #[test]
    fn who_comes_first_is_woken_first() {
        let (woken, mut senders) = (Arc::default(), Senders::default());
        let waker = |sid| Waker::from(Arc::new(Note(sid, Arc::clone(&woken))));
        let order: Vec<i32> = (0..100).map(|nth| (nth * 37) % 101).collect();
        for sid in &order {
            senders.wait(*sid, &waker(*sid));
        }
        // It asks again, and does not lose its place.
        senders.wait(order[0], &waker(order[0]));
        assert!(senders.remove(order[1]).is_some());
        senders.take().for_each(Waker::wake);
        assert_eq!(woken.lock().unwrap()[..2], [order[0], order[2]]);
        assert_eq!(woken.lock().unwrap()[1..], order[2..]);
        assert_eq!(senders.take().count(), 0);
    }
}

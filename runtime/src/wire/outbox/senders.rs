//! Senders that wait for room in the out buffer.

use std::collections::{BTreeMap, HashMap};
use std::task::Waker;

/// The senders of streams that wait, by stream. They are woken in the order in which they came: whoever
/// comes first finds the room.
#[derive(Debug, Default)]
pub(super) struct Senders {
    /// The senders that wait, with their streams, by their places in the order.
    waiting: BTreeMap<u64, (i32, Waker)>,
    /// The place of each stream's sender.
    places: HashMap<i32, u64>,
    /// How many have come.
    came: u64,
}

impl Senders {
    /// The sender of the stream `sid` waits. One that waits already keeps its place.
    pub(super) fn wait(&mut self, sid: i32, waker: &Waker) {
        let place = *self.places.entry(sid).or_insert(self.came);
        if place == self.came {
            self.came += 1;
            self.waiting.insert(place, (sid, waker.clone()));
        } else if let Some((_, known)) = self.waiting.get_mut(&place) {
            known.clone_from(waker);
        }
    }

    /// The sender of the stream `sid` waits no longer.
    pub(super) fn remove(&mut self, sid: i32) -> Option<Waker> {
        let place = self.places.remove(&sid)?;
        self.waiting.remove(&place).map(|(_, waker)| waker)
    }

    /// So many of them at most, first come first. They are to be woken without the lock.
    pub(super) fn take(&mut self, most: usize) -> Vec<Waker> {
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some((_, (sid, waker))) = self.waiting.pop_first()
        {
            self.places.remove(&sid);
            taken.push(waker);
        }
        taken
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
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
        let mut wake = |most| senders.take(most).into_iter().for_each(Waker::wake);
        wake(2);
        assert_eq!(*woken.lock().unwrap(), [order[0], order[2]]);
        wake(usize::MAX);
        assert_eq!(woken.lock().unwrap()[1..], order[2..]);
        assert!(senders.is_empty() && senders.places.is_empty());
    }
}

use super::*;

fn queue(max_bytes: usize, max_messages: usize) -> RecvQueue {
    RecvQueue::new(QueueLimits {
        max_bytes,
        max_messages,
    })
}

#[test]
fn a_full_queue_refuses_but_an_empty_one_takes_any_message() {
    let mut queue = queue(4, 10);
    assert_eq!(queue.push(Bytes::from_static(b"longer than four")), Ok(()));
    assert_eq!(
        queue.push(Bytes::from_static(b"x")),
        Err(QueueFull::Bytes(4))
    );
    assert_eq!(queue.bytes, 16);

    let mut batch = VecDeque::new();
    assert!(queue.drain_into(&mut batch, |_| true));
    assert_eq!((queue.bytes, batch.len()), (0, 1));
    assert_eq!(queue.push(Bytes::from_static(b"xyz")), Ok(()));
}

#[test]
fn empty_messages_are_counted() {
    let mut queue = queue(usize::MAX, 2);
    let pushed = [(); 3].map(|()| queue.push(Bytes::new()));
    assert_eq!(pushed, [Ok(()), Ok(()), Err(QueueFull::Messages(2))]);
}

#[test]
fn a_batch_is_taken_as_so_many_messages() {
    let mut queue = queue(4, 10);
    let mut batch = VecDeque::from([Bytes::from_static(b"ab"), Bytes::from_static(b"cd")]);
    assert_eq!(queue.push_all(&mut batch, 4), Ok(()));
    assert_eq!((queue.bytes, queue.messages.len(), batch.len()), (4, 2, 0));

    let mut batch = VecDeque::from([Bytes::new(), Bytes::from_static(b"e"), Bytes::new()]);
    assert_eq!(queue.push_all(&mut batch, 1), Err(QueueFull::Bytes(4)));
    assert_eq!((queue.bytes, queue.messages.len(), batch.len()), (4, 3, 0));
}

#[test]
fn messages_that_are_copied_are_the_same_and_lie_together() {
    let read = Bytes::from((0..=255).cycle().take(64 * 1024).collect::<Vec<u8>>());
    let mut queue = queue(usize::MAX, usize::MAX);
    let lengths = [0, 1, 2048, 2049, 20_000, 3];
    for len in lengths {
        queue.push(read.slice(256..256 + len)).unwrap();
    }
    let mut calls = 0;
    while queue.unshare(0) {
        calls += 1;
    }
    assert_eq!(calls, lengths.len() - 1, "a little at a time");
    queue.push(read.slice(..10)).unwrap();

    let mut batch = VecDeque::new();
    while queue.drain_into(&mut batch, |_| true) {}
    let within = |message: &Bytes| read.as_ptr_range().contains(&message.as_ptr());
    let shared: Vec<_> = batch.iter().map(within).collect();
    assert_eq!(shared, [false, false, false, false, false, false, true]);
    for (message, len) in batch.iter().zip(lengths) {
        assert_eq!(message, &read[256..256 + len]);
    }
}

#[test]
fn a_long_queue_is_handed_out_in_parts() {
    let mut queue = queue(usize::MAX, usize::MAX);
    for i in 0..1000u32 {
        queue
            .push(Bytes::copy_from_slice(&i.to_be_bytes()))
            .unwrap();
    }
    let (mut batch, mut all) = (VecDeque::new(), Vec::new());
    let mut takes = 0;
    while queue.drain_into(&mut batch, |_| true) {
        takes += 1;
        all.extend(batch.drain(..));
    }
    assert_eq!((takes, queue.bytes), (4, 0));
    assert!(
        all.iter()
            .zip(0u32..)
            .all(|(message, i)| message[..] == i.to_be_bytes())
    );
    assert_eq!(all.len(), 1000);

    queue.push(Bytes::from(vec![0; 2 << 20])).unwrap();
    queue.push(Bytes::new()).unwrap();
    assert!(queue.drain_into(&mut batch, |_| true));
    assert_eq!((batch.len(), queue.messages.len()), (1, 1));
}

#[test]
fn a_refusal_leaves_all_but_the_first_message_waiting() {
    let mut queue = queue(usize::MAX, usize::MAX);
    for message in ["ab", "cde", "", "f"] {
        queue.push(Bytes::from(message)).unwrap();
    }
    let (mut batch, mut asked) = (VecDeque::new(), Vec::new());
    let mut take = |queue: &mut RecvQueue, batch: &mut VecDeque<Bytes>, answer| {
        queue.drain_into(batch, |bytes| {
            asked.push(bytes);
            answer
        })
    };
    assert!(take(&mut queue, &mut batch, false));
    assert_eq!(batch, ["ab"]);
    assert_eq!(queue.cost(), 3 * MESSAGE_OVERHEAD + 4);

    batch.clear();
    assert!(take(&mut queue, &mut batch, true));
    assert_eq!((queue.cost(), batch.len()), (0, 3));
    queue.push(Bytes::from("one is not taken ahead")).unwrap();
    assert!(take(&mut queue, &mut batch, false));
    assert_eq!(batch.len(), 4);
    assert_eq!(asked, [3 * CHUNK + 4, 2 * CHUNK + 1]);
}

#[test]
fn only_the_first_message_handed_out_can_be_a_slice_of_a_read_buffer() {
    let mut queue = queue(usize::MAX, usize::MAX);
    let lengths = [COPY_MAX + 1, 1, COPY_MAX, COPY_MAX + 1, COPY_MAX + 1, 2];
    for len in lengths {
        queue.push(Bytes::from(vec![0; len])).unwrap();
    }
    let mut takes: Vec<Vec<usize>> = Vec::new();
    let mut batch = VecDeque::new();
    while queue.drain_into(&mut batch, |_| true) {
        takes.push(batch.drain(..).map(|message| message.len()).collect());
    }
    let expected = [
        vec![COPY_MAX + 1, 1, COPY_MAX],
        vec![COPY_MAX + 1],
        vec![COPY_MAX + 1, 2],
    ];
    assert_eq!(takes, expected);
    assert_eq!(queue.bytes, 0);
}

#[test]
fn no_more_than_so_many_bytes_are_handed_out_at_a_time() {
    let mut queue = queue(usize::MAX, usize::MAX);
    for _ in 0..100 {
        queue.push(Bytes::from(vec![0; 10_000])).unwrap();
    }
    let (mut batch, mut pinned) = (VecDeque::new(), 0);
    queue.drain_into(&mut batch, |bytes| {
        pinned = bytes;
        true
    });
    assert_eq!(batch.len(), MAX_TAKE_BYTES / 10_000);
    assert_eq!(pinned, (batch.len() - 1) * (10_000 + CHUNK));
    assert_eq!(
        queue.cost(),
        (100 - batch.len()) * (10_000 + MESSAGE_OVERHEAD)
    );
}

#[test]
fn draining_keeps_the_order_of_what_the_batch_already_holds() {
    let mut queue = queue(100, 100);
    let mut batch = VecDeque::from([Bytes::from_static(b"1")]);
    queue.push(Bytes::from_static(b"2")).unwrap();
    assert!(queue.drain_into(&mut batch, |_| true));
    assert_eq!(batch, ["1", "2"]);
    assert!(!queue.drain_into(&mut batch, |_| true));
}

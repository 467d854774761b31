//! Generated code and the IDL make the same of the same bytes: random messages, most of them right.

use fastrand::Rng;

use crate::both::{assert_agree, everything};

/// As many as the CI has time for.
const SEEDS: u64 = 200;

/// Wire types by the id of the field, as [`both`](crate::both) has them.
const TYPES: [u8; 14] = [2, 3, 6, 8, 10, 4, 11, 11, 15, 15, 13, 12, 15, 13];

/// Appends a struct: fields in any order, some of them twice, of another type, or unknown.
fn put_struct(rng: &mut Rng, depth: usize, out: &mut Vec<u8>) {
    for _ in 0..rng.usize(..if depth < 4 { 5 } else { 1 }) {
        let id = rng.usize(1..=TYPES.len());
        let (id, wire_type) = match rng.u8(..20) {
            0 => (rng.usize(..40), TYPES[id - 1]),
            1 => (id, TYPES[rng.usize(..TYPES.len())]),
            _ => (id, TYPES[id - 1]),
        };
        out.push(wire_type);
        out.extend_from_slice(&(id as u16).to_be_bytes());
        match (id, wire_type) {
            (10, 15) => put_list(rng, 15, depth, out, |rng, out| {
                put_list(rng, 2, depth, out, put_bool)
            }),
            (11, 13) => put_map(rng, [11, 10], out, put_text, |rng, out| {
                put(rng, 10, depth, out)
            }),
            (13, 15) => put_list(rng, 12, depth, out, |rng, out| {
                put_struct(rng, depth + 1, out)
            }),
            (14, 13) => put_map(rng, [3, 15], out, put_bool, |rng, out| {
                put_list(rng, 11, depth, out, put_text);
            }),
            _ => put(rng, wire_type, depth, out),
        }
    }
    out.push(0);
}

/// A value of a type, with elements of some type.
fn put(rng: &mut Rng, wire_type: u8, depth: usize, out: &mut Vec<u8>) {
    match wire_type {
        2 => put_bool(rng, out),
        3 => out.push(rng.u8(..)),
        6 => out.extend_from_slice(&rng.i16(..).to_be_bytes()),
        8 => out.extend_from_slice(&rng.i32(..).to_be_bytes()),
        4 | 10 => out.extend_from_slice(&rng.u64(..).to_be_bytes()),
        11 => put_text(rng, out),
        12 => put_struct(rng, depth + 1, out),
        13 => put_map(
            rng,
            [8, 2],
            out,
            |rng, out| put(rng, 8, depth, out),
            put_bool,
        ),
        _ => put_list(rng, 10, depth, out, |rng, out| put(rng, 10, depth, out)),
    }
}

fn put_bool(rng: &mut Rng, out: &mut Vec<u8>) {
    out.push(rng.u8(..3));
}

fn put_text(rng: &mut Rng, out: &mut Vec<u8>) {
    let text = ["", "a", "ä\"\\\n", "\u{2028}😀"][rng.usize(..4)];
    out.extend_from_slice(&(text.len() as u32).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn put_list(
    rng: &mut Rng,
    element: u8,
    depth: usize,
    out: &mut Vec<u8>,
    put: impl Fn(&mut Rng, &mut Vec<u8>),
) {
    let count = rng.u8(..if depth < 4 { 4 } else { 1 });
    out.push(element);
    out.extend_from_slice(&u32::from(count).to_be_bytes());
    (0..count).for_each(|_| put(rng, out));
}

fn put_map(
    rng: &mut Rng,
    types: [u8; 2],
    out: &mut Vec<u8>,
    key: impl Fn(&mut Rng, &mut Vec<u8>),
    value: impl Fn(&mut Rng, &mut Vec<u8>),
) {
    let count = rng.u8(..3);
    out.extend_from_slice(&types);
    out.extend_from_slice(&u32::from(count).to_be_bytes());
    for _ in 0..count {
        key(rng, out);
        value(rng, out);
    }
}

#[test]
fn generated_code_and_the_idl_read_the_same() {
    let message = everything();
    let (mut whole, mut damages, mut cuts) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut rng = Rng::with_seed(seed);
        let mut wire = Vec::new();
        put_struct(&mut rng, 0, &mut wire);
        whole += u64::from(assert_agree(&message, &wire));
        for _ in 0..10 {
            let mut damaged = wire.clone();
            let at = rng.usize(..damaged.len());
            damaged[at] = rng.u8(..);
            damages += u64::from(assert_agree(&message, &damaged));
            cuts += u64::from(assert_agree(&message, &wire[..at]));
        }
    }
    assert!(whole > SEEDS / 2, "{whole}");
    assert!((SEEDS..SEEDS * 9).contains(&damages), "{damages}");
    // Nobody takes the beginning of a message for one.
    assert_eq!(cuts, 0);
}

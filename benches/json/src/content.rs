//! What the messages hold: the same for everybody, and the same in every run.

use std::fmt::Write as _;

/// The shapes of messages, by the names of the command line.
pub const SHAPES: [&str; 4] = ["small", "text", "medium", "items"];

/// A small deterministic generator (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn text(&mut self, len: usize) -> String {
        let letters = (0..len).map(|_| char::from(b'a' + (self.next() % 26) as u8));
        letters.collect()
    }

    fn list<T: std::fmt::Display>(&mut self, len: usize, of: impl Fn(&mut Self) -> T) -> String {
        let elements = (0..len).map(|_| of(self).to_string());
        format!("[{}]", elements.collect::<Vec<_>>().join(","))
    }
}

/// The JSON of a shape: 27 bytes of `small`, 10 KB of `text` and of `items`, and 20 fields of all kinds in
/// `medium`.
#[must_use]
pub fn json(shape: &str) -> String {
    let random = &mut Random(7);
    match shape {
        "small" => format!(r#"{{"text":"{}"}}"#, random.text(16)),
        "text" => prose(random, 10_000),
        "medium" => medium(random),
        _ => items(random, 56),
    }
}

/// The name in the IDL of a shape's struct.
#[must_use]
pub fn type_of(shape: &str) -> &'static str {
    match shape {
        "small" | "text" => "Small",
        "medium" => "Medium",
        _ => "Items",
    }
}

/// Lines of words with some quotes in them.
fn prose(random: &mut Random, len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        let word = random.text(3 + (text.len() % 7));
        match random.next() % 20 {
            0 => write!(text, "\\\"{word}\\\" "),
            1 => write!(text, "{word}\\n"),
            _ => write!(text, "{word} "),
        }
        .expect("a string takes all");
    }
    format!(r#"{{"text":"{text}"}}"#)
}

fn double(random: &mut Random) -> f64 {
    (random.next() >> 11) as f64 / 9_007_199_254_740_992.0 * 1000.0
}

fn medium(random: &mut Random) -> String {
    let number = |random: &mut Random| random.next() as i64;
    let samples = random.list(24, number);
    let labels: Vec<_> = (0..8)
        .map(|_| format!(r#""{}":"{}""#, random.text(10), random.text(10)))
        .collect();
    let tags = random.list(6, |random| format!("{:?}", random.text(12)));
    format!(
        concat!(
            r#"{{"active":true,"level":{},"port":{},"count":{},"id":{},"ratio":{},"name":"{}","region":"{}","#,
            r#""token":"{}","shard":{},"created":{},"deleted":false,"weight":{},"#,
            r#""nested":{{"id":{},"label":"{}","kind":{}}},"samples":{},"labels":{{{}}},"tags":{},"#,
            r#""updated":{},"version":{},"owner":"{}"}}"#
        ),
        random.next() as i8,
        random.next() as i16,
        random.next() as i32,
        number(random),
        double(random),
        random.text(20),
        random.text(12),
        random.text(44),
        random.next() as i32,
        number(random),
        double(random),
        number(random),
        random.text(14),
        random.next() as i32,
        samples,
        labels.join(","),
        tags,
        number(random),
        random.next() as i32,
        random.text(16),
    )
}

fn items(random: &mut Random, count: usize) -> String {
    let items = random.list(count, |random| {
        let values = random.list(8, |random| random.next() as i32);
        format!(
            r#"{{"id":{},"name":"{}","kind":{},"score":{},"active":{},"values":{values}}}"#,
            random.next() as i64,
            random.text(18),
            random.next() as i32,
            double(random),
            random.next() % 2 == 0,
        )
    });
    format!(r#"{{"items":{items}}}"#)
}

//! What the messages hold, before any library has its own types for it.

/// How many different messages of a shape are encoded and decoded in turn.
pub const VARIANTS: usize = 64;

/// A small deterministic generator (splitmix64): all libraries get the same contents.
pub struct Random(u64);

impl Random {
    /// Numbers that depend on `seed` only.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Lower-case text of `len` bytes.
    pub fn text(&mut self, len: usize) -> String {
        (0..len)
            .map(|_| char::from(b'a' + (self.next() % 26) as u8))
            .collect()
    }

    /// Text of about `len` bytes: lengths differ between messages if `vary`.
    pub fn some_text(&mut self, len: usize, vary: bool) -> String {
        let spread = (self.next() % 5) as usize;
        self.text(if vary { len - 2 + spread } else { len })
    }

    /// About `len` numbers.
    pub fn numbers(&mut self, len: usize, vary: bool) -> Vec<i64> {
        let spread = (self.next() % 5) as usize;
        let len = if vary { len - 2 + spread } else { len };
        (0..len).map(|_| self.next() as i64).collect()
    }
}

/// One string of 16 bytes: 24 bytes on the wire.
pub struct Small {
    pub text: String,
}

/// 20 fields of all kinds: about 808 bytes on the wire.
pub struct Medium {
    pub numbers: [i64; 10],
    pub name: String,
    pub region: String,
    pub owner: String,
    pub token: Vec<u8>,
    pub label: String,
    pub samples: Vec<i64>,
    pub labels: Vec<(String, String)>,
    pub tags: Vec<String>,
}

/// One of [`Large::items`].
pub struct Item {
    pub id: i64,
    pub name: String,
    pub kind: i32,
    pub score: f64,
    pub active: bool,
    pub values: Vec<i32>,
}

/// 512 structs and 50 KiB of binary: about 101 KB on the wire.
pub struct Large {
    pub items: Vec<Item>,
    pub blob: Vec<u8>,
}

/// A shape of message.
pub trait Plain: Sized {
    /// One message. With `vary`, lengths of strings and lists differ by up to two.
    fn make(random: &mut Random, vary: bool) -> Self;

    /// `count` different messages.
    fn variants(count: usize) -> Vec<Self> {
        let mut random = Random::new(7);
        (0..count)
            .map(|_| Self::make(&mut random, count > 1))
            .collect()
    }
}

impl Plain for Small {
    fn make(random: &mut Random, vary: bool) -> Self {
        Self {
            text: random.some_text(16, vary),
        }
    }
}

impl Plain for Medium {
    fn make(random: &mut Random, vary: bool) -> Self {
        Self {
            numbers: std::array::from_fn(|_| random.next() as i64),
            name: random.some_text(20, vary),
            region: random.some_text(12, vary),
            owner: random.some_text(16, vary),
            token: random.text(32).into_bytes(),
            label: random.some_text(14, vary),
            samples: random.numbers(24, vary),
            labels: (0..8)
                .map(|_| (random.some_text(10, vary), random.some_text(10, vary)))
                .collect(),
            tags: (0..6).map(|_| random.some_text(12, vary)).collect(),
        }
    }
}

impl Plain for Item {
    fn make(random: &mut Random, vary: bool) -> Self {
        Self {
            id: random.next() as i64,
            name: random.some_text(18, vary),
            kind: random.next() as i32,
            score: random.next() as f64,
            active: random.next() % 2 == 0,
            values: random
                .numbers(8, vary)
                .into_iter()
                .map(|number| number as i32)
                .collect(),
        }
    }
}

impl Plain for Large {
    fn make(random: &mut Random, vary: bool) -> Self {
        Self {
            items: (0..512).map(|_| Item::make(random, vary)).collect(),
            blob: (0..50 * 1024).map(|_| random.next() as u8).collect(),
        }
    }
}

//! The digits of integers. Eight of them are made at a time, in one register. The usual way writes them into a
//! buffer pair by pair and copies the buffer: the copy has to wait for these short writes, which took most of the
//! time of a list of numbers.

/// Digits that a register holds.
const GROUP: usize = 8;
/// What fits into them.
const GROUP_END: u64 = 100_000_000;

/// Appends an integer.
pub(crate) fn put_integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    put_unsigned(out, value.unsigned_abs());
}

/// Appends an integer without a sign.
pub(crate) fn put_unsigned(out: &mut Vec<u8>, value: u64) {
    let (above, low) = (value / GROUP_END, value % GROUP_END);
    if above == 0 {
        return put_first(out, low);
    }
    match above / GROUP_END {
        0 => put_first(out, above),
        first => {
            put_first(out, first);
            out.extend_from_slice(&digits(above % GROUP_END));
        }
    }
    out.extend_from_slice(&digits(low));
}

/// A group without the zeros that it begins with.
fn put_first(out: &mut Vec<u8>, value: u64) {
    let all = u64::from_le_bytes(digits(value));
    let zeros = (all ^ ZEROS).trailing_zeros() as usize / 8;
    let zeros = zeros.min(GROUP - 1);
    out.extend_from_slice(&(all >> (zeros * 8)).to_le_bytes());
    out.truncate(out.len() - zeros);
}

/// Eight times the letter `0`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number below 10^8: two of four, then four of two, then eight of one. Dividing
/// is multiplying and shifting, with factors that are exact for what is divided.
fn digits(value: u64) -> [u8; GROUP] {
    let fours = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | (twos - 10 * tens) << 8;
    (ones | ZEROS).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::put_integer;

    fn assert_digits(value: i64) {
        let mut out = b"x".to_vec();
        put_integer(&mut out, value);
        assert_eq!(String::from_utf8_lossy(&out), format!("x{value}"));
    }

    #[test]
    fn numbers_of_every_length_have_their_digits() {
        for power in 0..19 {
            let power = 10_i64.pow(power);
            for value in [power - 1, power, power + 1, 9 * (power - 1) + 1] {
                assert_digits(value);
                assert_digits(-value);
            }
        }
        [i64::MIN, i64::MAX, i32::MIN.into(), 0]
            .into_iter()
            .for_each(assert_digits);
    }

    #[test]
    fn every_group_of_four_digits_is_right() {
        (0..10_000).for_each(|four| assert_digits(10_000 * four + 9_999 - four));
    }

    #[test]
    fn so_are_random_numbers() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..10_000 {
            assert_digits(rng.i64(..) >> rng.u32(..64));
        }
    }
}

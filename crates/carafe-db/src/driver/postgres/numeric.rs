//! PostgreSQL's decimals on the wire: digits of base 10,000, the weight of the first one, a sign, and how
//! many decimals are shown.

use std::fmt::Write as _;

const NEGATIVE: u16 = 0x4000;
/// What is no number, by its text.
const SPECIAL: [(u16, &str); 3] = [(0xC000, "NaN"), (0xD000, "Infinity"), (0xF000, "-Infinity")];
/// The most digits behind the point that the form can say.
const MOST_DECIMALS: usize = 0x3FFF;

/// `-1234.50` of its bytes.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    let (head, digits) = bytes.split_first_chunk::<8>()?;
    let weight = i32::from(i16::from_be_bytes([head[2], head[3]]));
    let decimals = usize::from(u16::from_be_bytes([head[6], head[7]]));
    let mut text = String::new();
    match u16::from_be_bytes([head[4], head[5]]) {
        0 => {}
        NEGATIVE => text.push('-'),
        other => {
            let special = SPECIAL.iter().find(|(sign, _)| *sign == other)?;
            return Some(special.1.to_owned());
        }
    }
    let digits: Vec<u16> =
        digits.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let digit = |power: i32| {
        usize::try_from(weight - power)
            .ok()
            .and_then(|index| digits.get(index))
            .copied()
            .unwrap_or(0)
    };
    // Writing to a String cannot fail.
    let _ = write!(text, "{}", digit(weight.max(0)));
    for power in (0..weight.max(0)).rev() {
        let _ = write!(text, "{:04}", digit(power));
    }
    if decimals > 0 {
        text.push('.');
        let end = text.len() + decimals;
        let mut power = -1;
        while text.len() < end {
            let _ = write!(text, "{:04}", digit(power));
            power -= 1;
        }
        text.truncate(end);
    }
    Some(text)
}

/// The bytes of `-1234.50`; nothing for what is no decimal, or too long for the form.
pub(super) fn written(text: &str) -> Option<Vec<u8>> {
    if let Some((sign, _)) = SPECIAL.iter().find(|(_, special)| *special == text) {
        return head(0, 0, *sign, 0);
    }
    let (sign, number) = text.strip_prefix('-').map_or((0, text), |rest| (NEGATIVE, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_decimal = number.len() > usize::from(number.contains('.'))
        && whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit());
    if !is_decimal || fraction.len() > MOST_DECIMALS {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let padding = (4 - whole.len() % 4) % 4;
    let mut digits: Vec<u16> = "0000"[..padding]
        .bytes()
        .chain(whole.bytes())
        .chain(fraction.bytes())
        .collect::<Vec<u8>>()
        .chunks(4)
        .map(|four| {
            let digit = |sum, byte: &u8| sum * 10 + u16::from(byte - b'0');
            four.iter().fold(0, digit) * 10_u16.pow(4 - u32::try_from(four.len()).unwrap_or(4))
        })
        .collect();
    let mut weight = i64::try_from(whole.len().div_ceil(4)).ok()? - 1;
    let leading = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..leading);
    weight -= i64::try_from(leading).ok()?;
    let kept = digits.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
    digits.truncate(kept);
    if digits.is_empty() {
        weight = 0;
    }
    let decimals = u16::try_from(fraction.len()).ok()?;
    let mut bytes = head(digits.len(), weight, sign, decimals)?;
    bytes.extend(digits.iter().flat_map(|digit| digit.to_be_bytes()));
    Some(bytes)
}

fn head(digits: usize, weight: i64, sign: u16, decimals: u16) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(8 + 2 * digits);
    bytes.extend_from_slice(&i16::try_from(digits).ok()?.to_be_bytes());
    bytes.extend_from_slice(&i16::try_from(weight).ok()?.to_be_bytes());
    bytes.extend_from_slice(&sign.to_be_bytes());
    bytes.extend_from_slice(&decimals.to_be_bytes());
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "0",
            "0.00",
            "-0.001",
            "1",
            "9999",
            "10000",
            "10000.0001",
            "100000000",
            "-12345678.90",
            "0.00000001",
            "99999999999999999999.9999",
            "79228162514264337593543950335",
            "NaN",
            "-Infinity",
        ] {
            assert_eq!(written(text).and_then(|bytes| read(&bytes)).as_deref(), Some(text));
        }
        assert_eq!(written("007.5").and_then(|bytes| read(&bytes)).as_deref(), Some("7.5"));
        for text in ["", "-", ".", "1e5", "+1", "1.2.3", "nan", "١", "--1"] {
            assert_eq!(written(text), None, "{text}");
        }
        assert_eq!(written(&format!("0.{}", "1".repeat(20_000))), None);
        assert_eq!(written(&"1".repeat(200_000)), None);
    }

    /// As the server sends them.
    #[test]
    fn digits_are_of_base_10_000() {
        assert_eq!(written("12345.678"), Some(vec![0, 3, 0, 1, 0, 0, 0, 3, 0, 1, 9, 41, 26, 124]));
        assert_eq!(written("-0.0001"), Some(vec![0, 1, 255, 255, 64, 0, 0, 4, 0, 1]));
        assert_eq!(written("0.50"), Some(vec![0, 1, 255, 255, 0, 0, 0, 2, 19, 136]));
        assert_eq!(read(&[0, 1]), None);
    }
}

//! A number of bytes that people write with a unit.

use std::fmt;
use std::str::FromStr;

use serde_core::de::{Deserializer, Visitor};
use serde_core::{Deserialize, Serialize, Serializer};

/// A number of bytes, written as people do: `"2 MiB"`, `"500 kB"`, or a bare number.
///
/// `kB MB GB TB` count in thousands, `KiB MiB GiB TiB` in 1024s; the case of the letters and the
/// blank before them do not matter. A bare `M` is refused, since it would leave open which one.
///
/// ```
/// use carafe_core::settings::ByteSize;
///
/// let size: ByteSize = "2.5 MiB".parse().unwrap();
/// assert_eq!(size.bytes(), 2_621_440);
/// assert_eq!(size.to_string(), "2560 KiB");
/// assert!("10 M".parse::<ByteSize>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many times 1024 bytes.
    pub const fn kib(count: u32) -> Self {
        Self((count as u64) << 10)
    }

    /// So many times 1024 × 1024 bytes.
    pub const fn mib(count: u32) -> Self {
        Self((count as u64) << 20)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The number of bytes as a length in memory; the largest there is where it does not fit.
    pub fn len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// True for no bytes at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// The largest unit that leaves a whole number.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, unit)| self.0 > 0 && self.0.is_multiple_of(*unit));
        let (name, unit) = whole.unwrap_or(&("B", 1));
        write!(f, "{} {name}", self.0 / unit)
    }
}

/// The text is no number of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteSizeError(String);

impl fmt::Display for ByteSizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ByteSizeError {}

impl FromStr for ByteSize {
    type Err = ByteSizeError;

    fn from_str(text: &str) -> Result<Self, ByteSizeError> {
        let text = text.trim();
        let split =
            text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(text.len());
        let (number, unit) = (text[..split].replace('_', ""), text[split..].trim());
        let unit = match unit {
            "" => 1,
            unit => UNITS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(unit))
                .map(|(_, size)| *size)
                .ok_or_else(|| ByteSizeError("a size has one of the units B, kB, KiB, MB, MiB, GB, GiB, TB, TiB, as in \"2 MiB\"".into()))?,
        };
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || (number.contains('.') && !digits(part)) {
            return Err(ByteSizeError("a size begins with a number, as in \"2 MiB\"".into()));
        }
        if part.len() > 6 {
            return Err(ByteSizeError("a size has at most six decimals".into()));
        }
        bytes_of(whole, part, unit)
            .map(Self)
            .ok_or_else(|| ByteSizeError("a size has at most 18446744073709551615 bytes".into()))
    }
}

/// Counted in whole numbers, so that `2.5 MB` is exact.
fn bytes_of(whole: &str, part: &str, unit: u64) -> Option<u64> {
    let parts = 10u128.pow(u32::try_from(part.len()).ok()?);
    let part = if part.is_empty() { 0 } else { part.parse::<u128>().ok()? };
    let scaled = whole.parse::<u128>().ok()?.checked_mul(parts)?.checked_add(part)?;
    u64::try_from(scaled.checked_mul(u128::from(unit))? / parts).ok()
}

impl Serialize for ByteSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Size)
    }
}

struct Size;

impl Visitor<'_> for Size {
    type Value = ByteSize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size as in \"2 MiB\"")
    }

    fn visit_u64<E: serde_core::de::Error>(self, bytes: u64) -> Result<ByteSize, E> {
        Ok(ByteSize(bytes))
    }

    fn visit_i64<E: serde_core::de::Error>(self, bytes: i64) -> Result<ByteSize, E> {
        u64::try_from(bytes)
            .map(ByteSize)
            .map_err(|_| E::invalid_value(serde_core::de::Unexpected::Signed(bytes), &self))
    }

    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<ByteSize, E> {
        text.parse().map_err(E::custom)
    }
}

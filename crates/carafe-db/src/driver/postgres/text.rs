//! Types of PostgreSQL, and those that are read as text.

use std::fmt::Write as _;
use std::net::IpAddr;

use tokio_postgres::types::{Kind, Type};

use super::bind::text_of;
use super::cell::Cell;
use super::{array, numeric};

/// The type itself, or what a domain is made of.
pub(super) fn base(mut ty: &Type) -> &Type {
    while let Kind::Domain(inner) = ty.kind() {
        ty = inner;
    }
    ty
}

/// Whether its bytes are its text.
pub(super) fn is_text(ty: &Type) -> bool {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::XML => true,
        _ => matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext",
    }
}

/// The text of a value that has no kind of its own here, as PostgreSQL writes it.
pub(super) fn text(cell: Cell<'_>) -> Option<String> {
    match *cell.ty {
        Type::NUMERIC => numeric::read(cell.bytes),
        Type::INTERVAL => interval(cell.bytes),
        Type::INET | Type::CIDR => address(cell.bytes),
        Type::TS_VECTOR => lexemes(cell.bytes),
        _ => match (cell.ty.kind(), cell.ty.name()) {
            (Kind::Range(of), _) => range(cell, base(of)),
            (_, "hstore") => pairs(cell.bytes),
            (_, "vector") => vector(cell.bytes),
            _ => None,
        },
    }
}

/// `1 year 2 mons 3 days 04:05:06.789`.
fn interval(bytes: &[u8]) -> Option<String> {
    let (micros, days, months) = interval_parts(bytes)?;
    let mut parts = Vec::new();
    let mut part = |count: i32, one: &str, many: &str| {
        if count != 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    part(months / 12, "year", "years");
    part(months % 12, "mon", "mons");
    part(days, "day", "days");
    if micros != 0 || parts.is_empty() {
        let sign = if micros < 0 { "-" } else { "" };
        let (seconds, fraction) =
            (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
        let mut time =
            format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if fraction != 0 {
            let _ = write!(time, ".{}", format!("{fraction:06}").trim_end_matches('0'));
        }
        parts.push(time);
    }
    Some(parts.join(" "))
}

/// Microseconds, days, months.
pub(super) fn interval_parts(bytes: &[u8]) -> Option<(i64, i32, i32)> {
    let (micros, rest) = bytes.split_first_chunk::<8>()?;
    let (days, rest) = rest.split_first_chunk::<4>()?;
    let months = i32::from_be_bytes(rest.try_into().ok()?);
    Some((i64::from_be_bytes(*micros), i32::from_be_bytes(*days), months))
}

/// `192.168.0.1`, `10.0.0.0/8`.
fn address(bytes: &[u8]) -> Option<String> {
    let (address, bits) = network(bytes)?;
    let is_network = bytes.get(2) == Some(&1);
    Some(if bits != bits_of(address) || is_network {
        format!("{address}/{bits}")
    } else {
        address.to_string()
    })
}

/// An address, and how many bits of it are the network's: family, bits, whether it is a network,
/// length, bytes.
pub(super) fn network(bytes: &[u8]) -> Option<(IpAddr, u8)> {
    let (head, address) = bytes.split_first_chunk::<4>()?;
    let address = match address.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(address).ok()?),
        16 => IpAddr::from(<[u8; 16]>::try_from(address).ok()?),
        _ => return None,
    };
    Some((address, head[1]))
}

/// How many bits an address has.
pub(super) fn bits_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// `[1,5)`: what is said of its bounds, then those that it has.
fn range(cell: Cell<'_>, of: &Type) -> Option<String> {
    const EMPTY: u8 = 0x01;
    const HAS_LOWER: u8 = 0x02;
    const HAS_UPPER: u8 = 0x04;
    const NO_LOWER: u8 = 0x08;
    const NO_UPPER: u8 = 0x10;
    let (flags, mut rest) = cell.bytes.split_first()?;
    if flags & EMPTY != 0 {
        return Some("empty".to_owned());
    }
    let mut bound = |missing: u8| {
        if flags & missing != 0 {
            return Some(String::new());
        }
        let length = usize::try_from(array::int(&mut rest)?).ok()?;
        let (bytes, behind) = rest.split_at_checked(length)?;
        rest = behind;
        let value = Cell { ty: of, bytes, column: cell.column }.value().ok()?;
        let text = text_of(&value);
        Some(if text.contains([' ', ',', '"', '\\']) { quoted(&text) } else { text.into_owned() })
    };
    let (lower, upper) = (bound(NO_LOWER)?, bound(NO_UPPER)?);
    let open = if flags & HAS_LOWER != 0 { '[' } else { '(' };
    let close = if flags & HAS_UPPER != 0 { ']' } else { ')' };
    Some(format!("{open}{lower},{upper}{close}"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `"a"=>"1", "b"=>NULL`.
fn pairs(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    let count = array::int(&mut rest)?;
    let mut piece = || {
        let Ok(length) = usize::try_from(array::int(&mut rest)?) else { return Some(None) };
        let (bytes, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(Some(quoted(std::str::from_utf8(bytes).ok()?)))
    };
    let mut pairs = Vec::new();
    for _ in 0..count {
        let (key, value) = (piece()??, piece()?);
        pairs.push(format!("{key}=>{}", value.unwrap_or_else(|| "NULL".to_owned())));
    }
    Some(pairs.join(", "))
}

/// `'cat':3A 'sat':4`.
fn lexemes(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    let count = array::int(&mut rest)?;
    let mut lexemes = Vec::new();
    for _ in 0..count {
        let end = rest.iter().position(|byte| *byte == 0)?;
        let word = std::str::from_utf8(&rest[..end]).ok()?;
        let mut lexeme = format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"));
        rest = &rest[end + 1..];
        let (places, behind) = rest.split_first_chunk::<2>()?;
        rest = behind;
        for index in 0..u16::from_be_bytes(*places) {
            let (place, behind) = rest.split_first_chunk::<2>()?;
            rest = behind;
            let place = u16::from_be_bytes(*place);
            lexeme.push(if index == 0 { ':' } else { ',' });
            // The weight stands in the two highest bits; D is not told.
            let weight = ["", "C", "B", "A"][usize::from(place >> 14)];
            // Writing to a String cannot fail.
            let _ = write!(lexeme, "{}{weight}", place & 0x3FFF);
        }
        lexemes.push(lexeme);
    }
    Some(lexemes.join(" "))
}

/// `[1,2.5]`, of pgvector: how many, two bytes for later, singles.
fn vector(bytes: &[u8]) -> Option<String> {
    let (_, numbers) = bytes.split_first_chunk::<4>()?;
    let numbers: Vec<String> = numbers
        .chunks_exact(4)
        .filter_map(|four| Some(f32::from_be_bytes(four.try_into().ok()?).to_string()))
        .collect();
    Some(format!("[{}]", numbers.join(",")))
}

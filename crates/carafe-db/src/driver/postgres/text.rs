//! Types of PostgreSQL, and those that are read as text.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio_postgres::types::{Kind, Type};

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
pub(super) fn text(ty: &Type, bytes: &[u8]) -> Option<String> {
    match *ty {
        Type::NUMERIC => numeric(bytes),
        Type::INTERVAL => interval(bytes),
        Type::INET | Type::CIDR => address(bytes),
        _ => None,
    }
}

/// `-1234.50`: digits of base 10,000, the weight of the first one, a sign, and how many decimals.
fn numeric(bytes: &[u8]) -> Option<String> {
    let (head, digits) = bytes.split_first_chunk::<8>()?;
    let weight = i32::from(i16::from_be_bytes([head[2], head[3]]));
    let decimals = usize::from(u16::from_be_bytes([head[6], head[7]]));
    let mut text = String::new();
    match u16::from_be_bytes([head[4], head[5]]) {
        0x0000 => {}
        0x4000 => text.push('-'),
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => return None,
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

/// `1 year 2 mons 3 days 04:05:06.789`.
fn interval(bytes: &[u8]) -> Option<String> {
    let (micros, rest) = bytes.split_first_chunk::<8>()?;
    let (days, rest) = rest.split_first_chunk::<4>()?;
    let months = i32::from_be_bytes(rest.try_into().ok()?);
    let (micros, days) = (i64::from_be_bytes(*micros), i32::from_be_bytes(*days));
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

/// `192.168.0.1`, `10.0.0.0/8`: family, bits of the mask, whether it is a network, length, bytes.
fn address(bytes: &[u8]) -> Option<String> {
    let (head, address) = bytes.split_first_chunk::<4>()?;
    let (mut text, bits) = match address.len() {
        4 => (Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).to_string(), 32),
        16 => (Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(), 128),
        _ => return None,
    };
    if head[1] != bits || head[2] == 1 {
        let _ = write!(text, "/{}", head[1]);
    }
    Some(text)
}

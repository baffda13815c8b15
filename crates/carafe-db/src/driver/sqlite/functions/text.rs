//! Functions of texts.

use std::fmt::Write;

use md5::Md5;
use regex::Regex;
use rusqlite::{Connection, Result};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::{scalar, text, wrong};

/// The longest text that is made of a short one, in bytes: SQLite's own bound.
const LONGEST: usize = 1_000_000_000;

pub(super) fn add(connection: &Connection) -> Result<()> {
    scalar(connection, "regexp", 2, |context| {
        let text = text(context, 1)?;
        // The pattern is the same for all rows as a rule, and made once then.
        let pattern =
            context.get_or_create_aux(0, |pattern| Regex::new(pattern.as_str()?).map_err(wrong))?;
        Ok(Some(pattern.is_match(&text)))
    })?;
    scalar(connection, "reverse", 1, |context| {
        Ok(Some(text(context, 0)?.chars().rev().collect::<String>()))
    })?;
    scalar(connection, "repeat", 2, |context| {
        let text = text(context, 0)?;
        let count = usize::try_from(context.get::<i64>(1)?).unwrap_or_default();
        match text.len().checked_mul(count) {
            Some(length) if length <= LONGEST => Ok(Some(text.repeat(count))),
            _ => Err(wrong("the text would be too long")),
        }
    })?;
    scalar(connection, "lpad", 3, |context| {
        let (text, wanted, fill) = (text(context, 0)?, context.get(1)?, text(context, 2)?);
        Ok(Some(match padding(&text, wanted, &fill)? {
            Ok(padding) => padding + &text,
            Err(cut) => cut,
        }))
    })?;
    scalar(connection, "rpad", 3, |context| {
        let (text, wanted, fill) = (text(context, 0)?, context.get(1)?, text(context, 2)?);
        Ok(Some(match padding(&text, wanted, &fill)? {
            Ok(padding) => text + &padding,
            Err(cut) => cut,
        }))
    })?;
    digest::<Md5>(connection, "md5")?;
    digest::<Sha1>(connection, "sha1")?;
    digest::<Sha224>(connection, "sha224")?;
    digest::<Sha256>(connection, "sha256")?;
    digest::<Sha384>(connection, "sha384")?;
    digest::<Sha512>(connection, "sha512")
}

/// What a text lacks of a length, or the text cut to it.
fn padding(text: &str, wanted: i64, fill: &str) -> Result<Result<String, String>> {
    let wanted = usize::try_from(wanted).unwrap_or_default();
    if wanted > LONGEST {
        return Err(wrong("the text would be too long"));
    }
    let length = text.chars().count();
    Ok(match wanted.checked_sub(length) {
        Some(missing) => Ok(fill.chars().cycle().take(missing).collect()),
        None => Err(text.chars().take(wanted).collect()),
    })
}

/// A digest of the text, in hexadecimal digits.
fn digest<D: Digest>(connection: &Connection, name: &str) -> Result<()> {
    scalar(connection, name, 1, |context| {
        let mut digits = String::new();
        for byte in D::digest(text(context, 0)?) {
            // Writing to a String cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(Some(digits))
    })
}

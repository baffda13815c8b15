//! How a value becomes text that fits into a URL: JSON, perhaps compressed, in base64.

use std::fmt::Write as _;
use std::io::{Read, Write as _};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_core::Serialize;

use crate::Result;

/// Nothing that fits into a cookie or URL is honestly larger than this when unpacked.
const LARGEST: u64 = 16 * 1024 * 1024;

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// JSON as Python's itsdangerous writes it: no blanks, other letters escaped.
pub(super) fn json(value: &(impl Serialize + ?Sized)) -> Result<String> {
    let text = serde_json::to_string(value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut ascii = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    Ok(ascii)
}

/// `.` and compressed bytes where that is tried and saves more than the dot, plain bytes elsewhere.
pub(super) fn pack(json: &str, compress_from: usize) -> String {
    let tried = json.len() >= compress_from;
    match tried.then(|| compressed(json.as_bytes())).flatten() {
        Some(small) if small.len() + 1 < json.len() => format!(".{}", to_base64(&small)),
        _ => to_base64(json.as_bytes()),
    }
}

pub(super) fn unpack(payload: &str) -> Option<Vec<u8>> {
    let Some(packed) = payload.strip_prefix('.') else {
        return from_base64(payload);
    };
    let mut bytes = Vec::new();
    let packed = from_base64(packed)?;
    let mut reader = ZlibDecoder::new(&*packed).take(LARGEST + 1);
    reader.read_to_end(&mut bytes).ok().filter(|size| *size as u64 <= LARGEST)?;
    Some(bytes)
}

fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len()), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

//! Making files smaller, once for all requests.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::encoding::Encoding;

/// Below this a packet is sent anyway, and decoding costs more than it saves.
const SMALLEST: usize = 512;

/// True for what becomes smaller: pictures, videos and web fonts are compressed already.
pub(super) fn is_compressible(content_type: &str, length: usize) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    length >= SMALLEST
        && (kind.starts_with("text/")
            || kind.ends_with("+xml")
            || kind.ends_with("+json")
            || matches!(
                kind,
                "application/javascript"
                    | "application/json"
                    | "application/xml"
                    | "application/wasm"
                    | "application/manifest+json"
                    | "application/vnd.ms-fontobject"
                    | "font/ttf"
                    | "font/otf"
                    | "image/bmp"
                    | "image/x-icon"
                    | "image/vnd.microsoft.icon"
            ))
}

/// The coded bytes; `None` where they are hardly fewer. It takes milliseconds, so it blocks.
pub(super) fn compress(bytes: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
    let coded = match encoding {
        Encoding::Brotli => brotli(bytes),
        Encoding::Zstd => zstd::bulk::compress(bytes, 19),
        Encoding::Gzip => gzip(bytes),
    };
    coded.ok().filter(|coded| coded.len() < bytes.len() / 10 * 9)
}

/// Quality 9 of 11: the last two take ten times as long for three percent.
fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut coded = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut coded, 16 * 1024, 9, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(coded)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

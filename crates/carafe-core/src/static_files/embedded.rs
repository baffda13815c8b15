//! Files inside the program.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use super::Found;
use super::compress::{compress, is_compressible};
use super::css;
use super::encoding::Encoding;
use super::fingerprint::{self, Fingerprint};
use crate::respond::{File, checksum, content_type};

pub(super) struct Embedded {
    files: HashMap<&'static str, Entry>,
    /// When the program was built: the one time that all its files have.
    built: Option<SystemTime>,
}

struct Entry {
    bytes: Bytes,
    sum: u64,
    compressible: bool,
    /// The coded forms, in the order of [`Encoding::ALL`]; made when first asked for, since
    /// compressing everything at the start would take longer than starting.
    coded: [OnceCell<Option<Bytes>>; 3],
}

impl Embedded {
    pub(super) fn new(files: impl Iterator<Item = (&'static str, &'static [u8])>) -> Self {
        let sources: HashMap<_, _> = files.collect();
        let mut sheets = Sheets { sources: &sources, done: HashMap::new(), open: HashSet::new() };
        // In order, so that sheets that import each other come out alike on every machine.
        let mut names: Vec<&str> = sources.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            sheets.finished(name);
        }
        let done = sheets.done;
        let coded = |name: &str, encoding: Encoding| {
            let coded = sources.get(format!("{name}.{}", encoding.extension()).as_str())?;
            Some(Some(Bytes::from_static(coded)))
        };
        let files = done.into_iter().map(|(name, bytes)| {
            // A coded file of the user's own is of the style sheet as it was written.
            let rewritten = sources.get(name).is_none_or(|source| *source != bytes);
            let own = |encoding| {
                if rewritten { None } else { coded(name, encoding) }
            };
            let coded = Encoding::ALL.map(|encoding| OnceCell::new_with(own(encoding)));
            let entry = Entry {
                sum: checksum(&bytes),
                compressible: is_compressible(&content_type(name), bytes.len())
                    || coded.iter().any(OnceCell::initialized),
                coded,
                bytes,
            };
            (name, entry)
        });
        Self { files: files.collect(), built: built() }
    }

    pub(super) async fn find(&self, path: &str, request: &HeaderMap) -> Option<Found> {
        if let Some((name, entry)) = self.files.get_key_value(path) {
            return Some(Found {
                file: self.file(name, entry, request).await,
                fingerprinted: false,
            });
        }
        let (plain, version) = fingerprint::take(path)?;
        let (name, entry) = self.files.get_key_value(plain.as_str())?;
        // An old page may ask for an old version: it gets the present one, but not for ever.
        let fingerprinted = entry.fingerprint() == version;
        Some(Found { file: self.file(name, entry, request).await, fingerprinted })
    }

    pub(super) fn url_name(&self, name: &str) -> Option<String> {
        Some(fingerprint::add(name, self.files.get(name)?.fingerprint()))
    }

    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.files.keys().map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    }

    async fn file(&self, name: &str, entry: &Entry, request: &HeaderMap) -> File {
        let base = name.rsplit('/').next().unwrap_or_default();
        let (bytes, encoding) = entry.best(request).await;
        // Each coding is a version of its own: a part of one is no part of another.
        let etag = match encoding {
            Some(encoding) => format!("{:016x}-{}", entry.sum, encoding.name()),
            None => format!("{:016x}", entry.sum),
        };
        let file = File::bytes(base, bytes)
            .etag(etag)
            .encoded(encoding.map(Encoding::name))
            .varies(entry.compressible);
        match self.built {
            Some(time) => file.last_modified(time),
            None => file,
        }
    }
}

impl Entry {
    fn fingerprint(&self) -> Fingerprint {
        fingerprint::fold(self.sum)
    }

    /// The form that the client likes best, of those that are smaller than the file.
    async fn best(&self, request: &HeaderMap) -> (Bytes, Option<Encoding>) {
        if self.compressible {
            for encoding in Encoding::accepted(request) {
                if let Some(bytes) = self.coded(encoding).await {
                    return (bytes, Some(encoding));
                }
            }
        }
        (self.bytes.clone(), None)
    }

    async fn coded(&self, encoding: Encoding) -> Option<Bytes> {
        let at = Encoding::ALL.into_iter().position(|known| known == encoding)?;
        let make = || async {
            let bytes = self.bytes.clone();
            let task = spawn_blocking(move || compress(&bytes, encoding).map(Bytes::from));
            task.await.ok().flatten()
        };
        self.coded[at].get_or_init(make).await.clone()
    }
}

/// Style sheets name other files, whose fingerprints must be known first.
struct Sheets<'a> {
    sources: &'a HashMap<&'static str, &'static [u8]>,
    done: HashMap<&'static str, Bytes>,
    /// The sheets being rewritten, to notice those that import each other in a ring.
    open: HashSet<&'static str>,
}

impl Sheets<'_> {
    /// The bytes of a file as they will be sent; `None` in a ring, or if there is no such file.
    fn finished(&mut self, name: &str) -> Option<Bytes> {
        if let Some(bytes) = self.done.get(name) {
            return Some(bytes.clone());
        }
        let (name, source) = self.sources.get_key_value(name)?;
        let text = if is_sheet(name) { std::str::from_utf8(source).ok() } else { None };
        let bytes = match text {
            None => Bytes::from_static(source),
            Some(text) => {
                if !self.open.insert(name) {
                    return None;
                }
                let new = css::rewrite(text, |reference| self.resolve(name, reference));
                self.open.remove(name);
                if new == text { Bytes::from_static(source) } else { new.into() }
            }
        };
        self.done.insert(name, bytes.clone());
        Some(bytes)
    }

    /// What a reference in a sheet becomes; `None` where it leads elsewhere.
    fn resolve(&mut self, sheet: &str, reference: &str) -> Option<String> {
        let end = reference.find(['?', '#']).unwrap_or(reference.len());
        let (path, tail) = reference.split_at(end);
        if path.is_empty() || path.starts_with('/') || path.contains([':', '\\']) {
            return None;
        }
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        let bytes = self.finished(&beside(sheet, &decoded)?)?;
        let version = fingerprint::fold(checksum(&bytes));
        let (folder, base) = decoded.rsplit_once('/').map_or(("", &*decoded), |(f, b)| (f, b));
        let base = fingerprint::add(base, version);
        let path = if folder.is_empty() { base } else { format!("{folder}/{base}") };
        Some(format!("{}{tail}", utf8_percent_encode(&path, IN_SHEET)))
    }
}

const IN_SHEET: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn is_sheet(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("css"))
}

/// The name of a file that a sheet names from where it stands; `None` above the folder.
fn beside(sheet: &str, path: &str) -> Option<String> {
    let mut segments: Vec<&str> = sheet.split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            segment => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

fn built() -> Option<SystemTime> {
    std::fs::metadata(std::env::current_exe().ok()?).ok()?.modified().ok()
}

//! The keys that sign sessions: where they come from, and which are too weak.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::base::CoreSettings;
use super::secret::Secret;
use super::store::Settings;
use crate::{Error, Kind, Result};

/// The keys that sign and encrypt: one for what is new, older ones for what is still around.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keys {
    /// Signs everything new.
    pub current: Secret,
    /// Are still accepted.
    pub fallbacks: Vec<Secret>,
    /// Something that the developer should read in the log, if a key had to be made.
    pub note: Option<String>,
}

/// The fewest bytes of a key that production accepts.
const SHORTEST: usize = 32;

/// The fewest different characters that anything made by chance has, at that length.
const FEWEST_CHARACTERS: usize = 8;

/// What people put in place of a key and forget there.
const PLACEHOLDERS: [&str; 9] = [
    "changeme",
    "change-me",
    "change_me",
    "replace",
    "insecure",
    "placeholder",
    "your-secret",
    "your_secret",
    "secretkey",
];

const ADVICE: &str =
    "make one with `openssl rand -base64 48` and give it as the variable CARAFE_SECRET_KEY";

/// The keys of a program that lives in `dir`.
///
/// Where the rules of production hold, the key must be set, have 32 bytes and be no placeholder.
/// In development a missing one is made and kept in `.carafe/secret_key`, which only its owner can
/// read. Tests get one that lasts as long as they do.
///
/// ```
/// use carafe_core::settings::{Environment, SettingsLoader, secret_keys};
///
/// let settings = SettingsLoader::new(Environment::PRODUCTION).set("secret_key", "dev").load()?;
/// assert!(secret_keys(&settings, ".").is_err());
/// # Ok::<(), carafe_core::Error>(())
/// ```
pub fn secret_keys(settings: &Settings, dir: impl AsRef<Path>) -> Result<Keys> {
    let core = settings.section::<CoreSettings>()?;
    let environment = settings.environment();
    let fallbacks = core.secret_key_fallbacks.clone();
    let given = core.secret_key.clone().filter(|key| !key.is_empty());
    if environment.is_strict() {
        let key = given.ok_or_else(|| {
            Error::new(
                Kind::Settings,
                format!("no secret key is set, and the environment is `{environment}`"),
            )
            .hint(ADVICE)
        })?;
        refuse_weak("secret_key", &key)?;
        for (place, fallback) in fallbacks.iter().enumerate() {
            refuse_weak(&format!("secret_key_fallbacks[{place}]"), fallback)?;
        }
        return Ok(Keys { current: key, fallbacks, note: None });
    }
    let (current, note) = match given {
        Some(key) => (key, None),
        None if environment.is_test() => (make()?, None),
        None => kept(dir.as_ref())?,
    };
    Ok(Keys { current, fallbacks, note })
}

fn refuse_weak(name: &str, key: &Secret) -> Result<()> {
    let text = key.expose().trim();
    let lower = text.to_ascii_lowercase();
    let sentence = if PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        format!("`{name}` is a placeholder, which anybody can guess")
    } else if text.len() < SHORTEST {
        format!("`{name}` has {} bytes; production asks for {SHORTEST} or more", text.len())
    } else if text.chars().collect::<BTreeSet<_>>().len() < FEWEST_CHARACTERS {
        format!("`{name}` repeats a few characters, which anybody can guess")
    } else {
        return Ok(());
    };
    Err(Error::new(Kind::Settings, sentence).hint(ADVICE))
}

/// 32 bytes by chance, as hexadecimal text.
fn make() -> Result<Secret> {
    let mut bytes = [0; SHORTEST];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::internal("the system gives no random bytes for a secret key")
            .because(error.to_string())
    })?;
    let mut text = String::with_capacity(2 * SHORTEST);
    for byte in bytes {
        // Writing to a String cannot fail.
        _ = write!(text, "{byte:02x}");
    }
    Ok(Secret::new(text))
}

/// The key that was kept in the folder, or a new one.
fn kept(dir: &Path) -> Result<(Secret, Option<String>)> {
    let path = dir.join(".carafe").join("secret_key");
    if let Some(key) = read(&path)? {
        return Ok((key, None));
    }
    let key = make()?;
    match keep(&path, &key) {
        Ok(()) => {
            // Another process may have been first; then its key is the one that counts.
            let key = read(&path)?.unwrap_or(key);
            let note = format!(
                "no secret key is set: one for development was made and is kept in {}; production refuses to start without its own",
                path.display()
            );
            Ok((key, Some(note)))
        }
        Err(error) => {
            let note = format!(
                "no secret key is set, and {} cannot be written ({error}): sessions end when the program does",
                path.display()
            );
            Ok((key, Some(note)))
        }
    }
}

fn read(path: &Path) -> Result<Option<Secret>> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= SHORTEST => Ok(Some(Secret::new(text.trim()))),
        Ok(_) => Err(unusable(path, "it holds no key")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error.to_string())),
    }
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Kind::Settings, format!("the secret key for development cannot be read: {why}"))
        .at(path.display().to_string())
        .hint("delete the file, and a new key is made; sessions made with the old one end")
}

/// Written aside and then linked into place, so that a second process sees a whole key or none.
fn keep(path: &Path, key: &Secret) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    let aside = Aside(path.with_extension(format!("{}.new", unique()?)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&aside.0)?.write_all(key.expose().as_bytes())?;
    match fs::hard_link(&aside.0, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems have no hard links.
        Err(_) => fs::rename(&aside.0, path),
        Ok(()) => Ok(()),
    }
}

/// Two threads of one process may come here at once too.
fn unique() -> io::Result<u64> {
    getrandom::u64().map_err(|error| io::Error::other(error.to_string()))
}

/// A file that goes when it is no longer needed.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // It is gone already where it was renamed.
        let _gone = fs::remove_file(&self.0);
    }
}

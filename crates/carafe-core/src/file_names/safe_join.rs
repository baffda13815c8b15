//! Joining a path that a stranger wrote to a folder of ours.

use std::path::{Path, PathBuf};

/// Joins a path from outside to a folder, or gives `None` where the result could lie outside of
/// it (Flask's `safe_join`).
///
/// The path is taken as it is: decode percent signs before, and only once. Segments are divided
/// by `/`; empty ones and `.` are skipped.
///
/// ```
/// use std::path::Path;
/// use carafe_core::file_names::safe_join;
///
/// assert_eq!(safe_join("/srv/docs", "guide/a.txt").as_deref(), Some(Path::new("/srv/docs/guide/a.txt")));
/// assert_eq!(safe_join("/srv/docs", "../a.txt"), None);
/// assert_eq!(safe_join("/srv/docs", "/etc/passwd"), None);
/// assert_eq!(safe_join("/srv/docs", r"..\a.txt"), None);
/// ```
///
/// Refused are `..` anywhere (unlike Werkzeug, which lets `a/../b` pass: where `a` is a symbolic
/// link that is not `b`), absolute paths, backslashes, NUL bytes and drive letters; on Windows
/// also every colon, names of devices, and names that end in a dot or space.
pub fn safe_join(base: impl AsRef<Path>, untrusted: &str) -> Option<PathBuf> {
    if untrusted.starts_with('/') || untrusted.contains(['\\', '\0']) {
        return None;
    }
    let mut path = base.as_ref().to_path_buf();
    for segment in untrusted.split('/') {
        match segment {
            "" | "." => {}
            segment if is_safe(segment) => path.push(segment),
            _ => return None,
        }
    }
    Some(path)
}

fn is_safe(segment: &str) -> bool {
    segment != ".." && !has_drive(segment) && (!cfg!(windows) || is_safe_on_windows(segment))
}

fn has_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn is_safe_on_windows(segment: &str) -> bool {
    !segment.contains(':') && !segment.ends_with(['.', ' ']) && !is_device(segment)
}

/// True for a name that Windows opens as a device whatever its folder and extension.
pub(super) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        stem => ["COM", "LPT"].iter().any(|port| {
            stem.strip_prefix(port).is_some_and(|rest| {
                matches!(rest.as_bytes(), [b'0'..=b'9']) || matches!(rest, "¹" | "²" | "³")
            })
        }),
    }
}

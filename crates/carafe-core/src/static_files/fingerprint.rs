//! Names with a version in them: `style.css` and `style.3f2a9c1b.css`.

/// Eight hexadecimal digits.
pub(super) type Fingerprint = u32;

/// The fingerprint of a 64-bit sum: both halves count.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is folded into the lower")]
pub(super) fn fold(sum: u64) -> Fingerprint {
    (sum ^ (sum >> 32)) as u32
}

/// Puts a version before the extension of the last segment.
pub(super) fn add(name: &str, version: Fingerprint) -> String {
    let segment = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[segment..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (stem, extension) = name.split_at(segment + dot);
            format!("{stem}.{version:08x}{extension}")
        }
        _ => format!("{name}.{version:08x}"),
    }
}

/// Takes a version out of a name; `None` if there is none in it.
pub(super) fn take(name: &str) -> Option<(String, Fingerprint)> {
    let (rest, last) = name.rsplit_once('.')?;
    if let Some((stem, middle)) = rest.rsplit_once('.')
        && let Some(version) = parse(middle)
        && !stem.is_empty()
        && !last.contains('/')
    {
        return Some((format!("{stem}.{last}"), version));
    }
    Some((rest.to_owned(), parse(last)?))
}

fn parse(text: &str) -> Option<Fingerprint> {
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == 8 && text.bytes().all(hex)).then(|| u32::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::{add, take};

    #[track_caller]
    fn check(plain: &str, with_version: &str) {
        assert_eq!(add(plain, 0x003f_2a9c), with_version);
        assert_eq!(take(with_version), Some((plain.to_owned(), 0x003f_2a9c)));
    }

    #[test]
    fn names_travel_both_ways() {
        check("style.css", "style.003f2a9c.css");
        check("css/app.min.js", "css/app.min.003f2a9c.js");
        check("LICENSE", "LICENSE.003f2a9c");
        check("v1.2/LICENSE", "v1.2/LICENSE.003f2a9c");
        check(".well-known/x", ".well-known/x.003f2a9c");
        check("a/.hidden", "a/.hidden.003f2a9c");
    }

    #[test]
    fn other_names_have_no_version() {
        for name in
            ["", "style.css", "a.3F2A9C1B.css", "a.3f2a9c1.css", "a.+f2a9c1b.css", "3f2a9c1b"]
        {
            assert_eq!(take(name), None, "{name}");
        }
    }
}

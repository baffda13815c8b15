//! Lists as HTTP headers write them: `name=value, name="quo\"ted"` (RFC 9110, 5.6).

use std::borrow::Cow;

/// The items between separators; one within quotes separates nothing. Empty items are left out.
pub(crate) fn items(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        loop {
            let here = rest?;
            let end = unquoted(here, separator);
            rest = end.map(|end| &here[end + 1..]);
            let item = here[..end.unwrap_or(here.len())].trim();
            if !item.is_empty() {
                return Some(item);
            }
        }
    })
}

/// Name and value of an item; the value is unquoted.
pub(crate) fn pair(item: &str) -> (&str, Option<Cow<'_, str>>) {
    match item.split_once('=') {
        None => (item, None),
        Some((name, value)) => (name.trim(), Some(unquote(value.trim()))),
    }
}

/// The place of the first separator outside of quotes.
fn unquoted(text: &str, separator: u8) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().position(|byte| {
        let found = !quoted && byte == separator;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        found
    })
}

fn unquote(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return text.into();
    };
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = !escaped && *c == '\\';
        !escaped
    };
    inner.chars().filter(keep).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let pairs: Vec<_> = items(text, b',').map(pair).collect();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_deref())).collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn lists() {
        check("", &[]);
        check(",, ,", &[]);
        check("no-cache", &[("no-cache", None)]);
        check("a=1, b = 2", &[("a", Some("1")), ("b", Some("2"))]);
        check(r#"a="x, y", b"#, &[("a", Some("x, y")), ("b", None)]);
        check(r#"a="say \"hi\", \\o/""#, &[("a", Some(r#"say "hi", \o/"#))]);
        check(r#"a="never ends, b=1"#, &[("a", Some("\"never ends, b=1"))]);
        check(r#"a="""#, &[("a", Some(""))]);
        check("a=", &[("a", Some(""))]);
        check("\"", &[("\"", None)]);
        check("ä=ö, =x", &[("ä", Some("ö")), ("", Some("x"))]);
    }
}

//! Addresses in a text become links.

use minijinja::value::Kwargs;
use minijinja::{Error, Value};

use crate::formatter::escaped;

/// Makes links of what looks like an address of the web or of mail; the rest is escaped.
pub(super) fn urlize(text: &Value, limit: Option<usize>, named: Kwargs) -> Result<Value, Error> {
    let limit = named.get::<Option<usize>>("trim_url_limit")?.or(limit);
    let target = named.get::<Option<String>>("target")?;
    let nofollow = named.get::<Option<bool>>("nofollow")?.unwrap_or(false);
    let rel = named.get::<Option<String>>("rel")?.unwrap_or_default();
    named.assert_all_used()?;
    let text = match text.as_str() {
        Some(safe) if text.is_safe() => safe.to_owned(),
        Some(plain) => escaped(plain),
        None => escaped(&text.to_string()),
    };
    let mut rel: Vec<&str> = rel.split_whitespace().collect();
    if nofollow && !rel.contains(&"nofollow") {
        rel.push("nofollow");
    }
    // As Jinja: the page behind the link must not reach back into this one.
    if !rel.contains(&"noopener") {
        rel.push("noopener");
    }
    rel.sort_unstable();
    let rel = escaped(&rel.join(" "));
    let attributes = match target {
        Some(target) => format!(" rel=\"{rel}\" target=\"{}\"", escaped(&target)),
        None => format!(" rel=\"{rel}\""),
    };
    let mut linked = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let blank = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        linked.push_str(&rest[..blank]);
        rest = &rest[blank..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        link(&rest[..end], limit, &attributes, &mut linked);
        rest = &rest[end..];
    }
    Ok(Value::from_safe_string(linked))
}

/// Writes one word (escaped already), as a link if it is one.
fn link(word: &str, limit: Option<usize>, attributes: &str, to: &mut String) {
    const BEFORE: [&str; 3] = ["(", "&lt;", "<"];
    const AFTER: [&str; 8] = [")", "&gt;", ">", ".", ",", "!", "&#34;", "&#39;"];
    let mut inner = word;
    while let Some(rest) = BEFORE.iter().find_map(|sign| inner.strip_prefix(sign)) {
        inner = rest;
    }
    let start = word.len() - inner.len();
    while let Some(rest) = AFTER.iter().find_map(|sign| inner.strip_suffix(sign)) {
        // A bracket that the address itself opened belongs to it.
        if inner.ends_with(')') && rest.contains('(') {
            break;
        }
        inner = rest;
    }
    let Some(address) = address(inner) else {
        to.push_str(word);
        return;
    };
    let shown = match limit.and_then(|limit| inner.char_indices().nth(limit)) {
        Some((at, _)) => format!("{}...", &inner[..at]),
        None => inner.to_owned(),
    };
    let (before, after) = (&word[..start], &word[start + inner.len()..]);
    to.extend([before, "<a href=\"", &address, "\"", attributes, ">", &shown, "</a>", after]);
}

/// Where a word leads, if it looks like an address.
fn address(word: &str) -> Option<String> {
    let known = ["https://", "http://"].iter().find_map(|scheme| word.strip_prefix(scheme));
    if let Some(rest) = known {
        return (!rest.is_empty()).then(|| word.to_owned());
    }
    if let Some(mail) = word.strip_prefix("mailto:") {
        return is_mail(mail).then(|| word.to_owned());
    }
    if is_mail(word) {
        return Some(format!("mailto:{word}"));
    }
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.starts_with("www.") && host.len() > 4
        || [".com", ".net", ".org", ".int", ".edu", ".gov", ".mil", ".info"]
            .iter()
            .any(|end| host.strip_suffix(end).is_some_and(|name| !name.is_empty()));
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    (is_host && host.chars().all(fits)).then(|| format!("https://{word}"))
}

fn is_mail(word: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && name.chars().all(fits)
            && host.split_once('.').is_some_and(|(one, other)| !one.is_empty() && !other.is_empty())
            && host.chars().all(|c| fits(c) && c != '+')
    })
}

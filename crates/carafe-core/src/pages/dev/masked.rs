//! What nobody should see, not even in development: pages end up in screenshots and bug reports.

use std::borrow::Cow;

/// What stands in place of a secret.
pub(super) const MASK: &str = "********";

/// Names that say it wherever in a name they stand.
const SECRET: [&str; 12] = [
    "authorization",
    "cookie",
    "credential",
    "csrf",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// Names that say it as a whole word: an author and a keyword are none.
const SECRET_WORDS: [&str; 5] = ["auth", "oauth", "otp", "pin", "pwd"];

/// Whether a value of this name is probably a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    SECRET.iter().any(|part| name.contains(part))
        || words.any(|word| word.ends_with("key") || SECRET_WORDS.contains(&word))
}

/// The value, or its mask.
pub(super) fn value<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    if is_secret(name) { MASK.into() } else { without_login(value) }
}

/// The value of a setting. Those that are `Secret` come masked; this is for the ones that should be.
pub(super) fn setting<'v>(key: &str, value: &'v str) -> Cow<'v, str> {
    let name = key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase();
    let is_secret = ["credential", "passphrase", "password", "secret", "token"]
        .iter()
        .any(|word| name.contains(word));
    let is_set = !matches!(value, "-" | "[]" | "true" | "false");
    if is_secret && is_set { MASK.into() } else { without_login(value) }
}

/// A query with the secret values masked; what is shown otherwise stays as it came.
pub(super) fn query(query: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    query.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// An address with its query masked, as in `Referer`.
pub(super) fn address(address: &str) -> String {
    match address.split_once('?') {
        Some((path, rest)) => format!("{}?{}", without_login(path), query(rest)),
        None => without_login(address).into_owned(),
    }
}

/// `postgres://ann:********@host` in place of the password.
fn without_login(text: &str) -> Cow<'_, str> {
    let login = text.split_once("://").and_then(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next()?;
        let (login, _) = authority.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        (!password.is_empty()).then(|| (scheme, user, &rest[login.len()..]))
    });
    match login {
        Some((scheme, user, rest)) => format!("{scheme}://{user}:{MASK}{rest}").into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in
            ["Authorization", "X-API-Key", "apiKey", "csrf_token", "new_password", "pin", "x-auth"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["accept", "host", "page", "author", "keyword", "spinner", ""] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_leave_addresses() {
        assert_eq!(query("a=1&token=x&b&token="), "a=1&token=********&b&token=********");
        assert_eq!(address("/x?key=1#a"), "/x?key=********");
        assert_eq!(
            value("db.url", "postgres://ann:pa:ss@host/db"),
            "postgres://ann:********@host/db"
        );
        assert_eq!(setting("mail.password", "x"), MASK);
        assert_eq!(setting("server.tls_key", "key.pem"), "key.pem");
        assert_eq!(value("db.url", "sqlite:a@b:c"), "sqlite:a@b:c");
        assert_eq!(value("url", "https://h/p@q:r"), "https://h/p@q:r");
    }
}

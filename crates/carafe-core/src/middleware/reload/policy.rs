//! Opens a content security policy as far as the script needs it (CSP level 3).

use std::fmt;

use http::{HeaderMap, HeaderValue, header};

/// The word that marks a script as the page's own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nonce(String);

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lets each policy of the response allow the script and what it listens to; the nonce is the one
/// that the script needs, if it needs one.
pub(super) fn open(headers: &mut HeaderMap, port: u16) -> Option<Nonce> {
    let mut policies: Vec<Policy> = headers
        .get_all(header::CONTENT_SECURITY_POLICY)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(Policy::parse))
        .collect();
    if policies.is_empty() {
        return None;
    }
    // The page's own, if it has one: all policies have to agree on what the script carries.
    let own = policies.iter().find_map(Policy::nonce);
    let nonce = own.unwrap_or_else(|| Nonce("carafe-reload".to_owned()));
    for policy in &mut policies {
        policy.allow(
            &["script-src-elem", "script-src"],
            &format!("'nonce-{nonce}'"),
            allows_inline,
        );
        policy.allow(&["connect-src"], &format!("http://*:{port}"), |_| false);
    }
    headers.remove(header::CONTENT_SECURITY_POLICY);
    for policy in policies {
        if let Ok(value) = HeaderValue::from_str(&policy.to_string()) {
            headers.append(header::CONTENT_SECURITY_POLICY, value);
        }
    }
    Some(nonce)
}

/// Directives with their sources, in their order.
struct Policy(Vec<(String, Vec<String>)>);

impl Policy {
    fn parse(text: &str) -> Self {
        let directives = text.split(';').filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace().map(str::to_owned);
            Some((words.next()?, words.collect()))
        });
        Self(directives.collect())
    }

    fn nonce(&self) -> Option<Nonce> {
        let sources = self.sources(&["script-src-elem", "script-src", "default-src"])?;
        sources.iter().find_map(|source| {
            let nonce = source.strip_prefix("'nonce-")?.strip_suffix('\'')?;
            // It is written into HTML.
            let safe = |letter: char| letter.is_ascii_alphanumeric() || "+/-_=".contains(letter);
            nonce.chars().all(safe).then(|| Nonce(nonce.to_owned()))
        })
    }

    /// Adds a source to the first of these directives that is there, or to what `default-src`
    /// says in their place.
    fn allow(&mut self, names: &[&str], source: &str, is_allowed: fn(&[String]) -> bool) {
        let Some(place) = names.iter().find_map(|name| self.place(name)).or_else(|| {
            let (_, sources) = &self.0[self.place("default-src")?];
            let last = (*names.last()?).to_owned();
            self.0.push((last, sources.clone()));
            Some(self.0.len() - 1)
        }) else {
            return;
        };
        let sources = &mut self.0[place].1;
        if !is_allowed(sources) && !sources.iter().any(|own| own == source) {
            // `'none'` means something only when it is alone.
            sources.retain(|own| !own.eq_ignore_ascii_case("'none'"));
            sources.push(source.to_owned());
        }
    }

    fn sources(&self, names: &[&str]) -> Option<&[String]> {
        let place = names.iter().find_map(|name| self.place(name))?;
        Some(&self.0[place].1)
    }

    /// Of directives of one name only the first counts.
    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(own, _)| own.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, sources)) in self.0.iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{name}")?;
            sources.iter().try_for_each(|source| write!(f, " {source}"))?;
        }
        Ok(())
    }
}

/// A nonce next to `'unsafe-inline'` would take its meaning away.
fn allows_inline(sources: &[String]) -> bool {
    let strict = |source: &String| {
        let source = source.to_ascii_lowercase();
        ["'nonce-", "'sha", "'strict-dynamic'"].iter().any(|start| source.starts_with(start))
    };
    let inline = |source: &String| source.eq_ignore_ascii_case("'unsafe-inline'");
    sources.iter().any(inline) && !sources.iter().any(strict)
}

//! How a file is changed without losing what people wrote into it.

use std::fmt::Write as _;

use carafe_core::{Error, Result};
use toml::de::DeTable;

use super::{Id, Migration};

impl Migration {
    /// The text of its file with what it says of `after` and nothing else changed, comments included.
    pub(crate) fn with_after(&self, text: &str) -> Result<String> {
        let parsed = DeTable::parse(text).map_err(|error| {
            Error::setup(format!("it is no TOML: {}", error.message())).at(self.id().to_string())
        })?;
        let keys = parsed.get_ref();
        let list = list(&self.after, &self.owner);
        let found = keys.iter().find(|(key, _)| key.get_ref() == "after");
        let (start, end, list) = if let Some((_, value)) = found {
            (value.span().start, value.span().end, list)
        } else {
            let first = keys.iter().map(|(key, _)| key.span().start).min();
            let first = first.unwrap_or(text.len());
            let line = text[..first].rfind('\n').map_or(0, |end| end + 1);
            (line, line, format!("after = {list}\n\n"))
        };
        let mut changed = String::with_capacity(text.len() + list.len());
        changed.extend([&text[..start], &list, &text[end..]]);
        Ok(changed)
    }

    /// The text of its file anew, with the comments that the old one begins with.
    pub(crate) fn with_head(&self, old: &str) -> String {
        let is_head = |line: &&str| line.starts_with('#');
        let mut text = String::new();
        for line in old.lines().take_while(is_head) {
            let _ = writeln!(text, "{line}");
        }
        let new = self.to_toml();
        if text.is_empty() {
            return new;
        }
        for line in new.lines().skip_while(is_head) {
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

/// Names of migrations as a file of a crate has them.
pub(super) fn list(ids: &[Id], owner: &str) -> String {
    let names = ids.iter().map(|id| {
        let name = if id.owner == owner { id.name.clone() } else { id.to_string() };
        super::write::quoted(&name)
    });
    format!("[{}]", names.collect::<Vec<_>>().join(", "))
}

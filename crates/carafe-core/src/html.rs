//! Text into HTML.

use std::borrow::Cow;

/// The text with `& < > " '` written so that HTML shows them.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    text.chars()
        .fold(String::with_capacity(text.len() + 16), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&#34;"),
                '\'' => out.push_str("&#39;"),
                other => out.push(other),
            }
            out
        })
        .into()
}

//! HTML that cannot be written unescaped.

use crate::html::escape;

/// HTML under way: tags come from the program's own text, everything else is escaped.
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn new() -> Self {
        Self(String::with_capacity(64 * 1024))
    }

    /// Tags, which only the program itself can write.
    pub(super) fn tags(&mut self, tags: &'static str) -> &mut Self {
        self.0.push_str(tags);
        self
    }

    /// Text from anywhere.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape(text));
        self
    }

    /// Text between tags, unless there is none.
    pub(super) fn maybe(
        &mut self,
        open: &'static str,
        text: Option<&str>,
        close: &'static str,
    ) -> &mut Self {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.tags(open).text(text).tags(close);
        }
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

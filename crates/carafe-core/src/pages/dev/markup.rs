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

    /// A sentence, in which `code` stands between backticks.
    pub(super) fn prose(&mut self, sentence: &str) -> &mut Self {
        // Without its other half a backtick is just one.
        let ticks = sentence.matches('`').count();
        let (paired, rest) = match sentence.rfind('`').filter(|_| ticks % 2 == 1) {
            Some(last) => sentence.split_at(last),
            None => (sentence, ""),
        };
        for (i, piece) in paired.split('`').enumerate() {
            match i % 2 {
                0 => self.text(piece),
                _ => self.tags("<code>").text(piece).tags("</code>"),
            };
        }
        self.text(rest)
    }

    /// A sentence between tags, unless there is none.
    pub(super) fn maybe(
        &mut self,
        open: &'static str,
        text: Option<&str>,
        close: &'static str,
    ) -> &mut Self {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.tags(open).prose(text).tags(close);
        }
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, html: &str) {
        let mut out = Markup::new();
        out.prose(sentence);
        assert_eq!(out.finish(), html);
    }

    #[test]
    fn code_stands_between_backticks() {
        check("set `a<b` to `c`", "set <code>a&lt;b</code> to <code>c</code>");
        check("`a` and ` alone", "<code>a</code> and ` alone");
        check("`", "`");
        check("", "");
        check("<i>`</code><script>`", "&lt;i&gt;<code>&lt;/code&gt;&lt;script&gt;</code>");
    }
}

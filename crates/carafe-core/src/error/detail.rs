//! Text that an error is about.

use std::borrow::Cow;

/// Text that an error is about, with the line at fault: a template's source, a statement of SQL, a
/// file of settings. The development page shows it; a visitor never sees it.
///
/// ```
/// use carafe_core::Error;
/// use carafe_core::error::Detail;
///
/// let source = "<h1>{{ title }}</h1>\n{% for post in posts %}\n";
/// let error = Error::internal("unexpected end of input, expected `endfor`")
///     .detail(Detail::new("The template", source).line(2).file("templates/list.html"));
/// assert_eq!(error.details()[0].marked(), Some(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    title: Cow<'static, str>,
    text: Cow<'static, str>,
    line: Option<u32>,
    file: Option<String>,
}

impl Detail {
    /// A text under its heading.
    pub fn new(title: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), text: text.into(), line: None, file: None }
    }

    /// Marks a line, counted from 1; of a long text only what is near it is shown.
    pub fn line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Says in which file the text stands, so that an editor can open it.
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The heading.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line at fault.
    pub fn marked(&self) -> Option<u32> {
        self.line
    }

    /// The file that the text stands in.
    pub fn stands_in(&self) -> Option<&str> {
        self.file.as_deref()
    }
}

//! One typed piece of a path: what Flask calls a converter.

use std::borrow::Cow;

/// How narrow a type of segment is; of two routes of one shape the narrower is tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SegmentKind {
    /// One of a few words, as an enum with `#[derive(PathSegment)]`.
    Choice,
    /// Digits.
    Int,
    /// Digits with a dot.
    Float,
    /// A UUID, a date: text of a fixed form.
    Formatted,
    /// Anything without a slash.
    Text,
    /// Anything, slashes too.
    Path,
}

/// A type that can stand in a path: `#[get("/posts/{id}")] async fn show(id: i64)`.
///
/// Text that is no value of the type is a 404, as with Flask's converters. `parse` and `to_text`
/// must be each other's reverse, since URLs are made from values.
///
/// ```
/// use std::borrow::Cow;
/// use carafe_core::routing::PathSegment;
///
/// /// `a+b+c`
/// struct Tags(Vec<String>);
///
/// impl PathSegment for Tags {
///     fn parse(text: &str) -> Option<Self> { Some(Self(text.split('+').map(str::to_owned).collect())) }
///     fn to_text(&self) -> Cow<'_, str> { self.0.join("+").into() }
/// }
/// assert_eq!(Tags::parse("a+b").unwrap().to_text(), "a+b");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a segment of a path",
    label = "not a type that can be read from a path",
    note = "path segments are integers, floats, `bool`, `char`, `String`, enums with `#[derive(PathSegment)]`, your own types that implement `PathSegment`, and with features of these names `uuid::Uuid` and `jiff::civil::Date`"
)]
pub trait PathSegment: Sized + Send + 'static {
    /// How narrow the type is.
    const KIND: SegmentKind = SegmentKind::Text;

    /// The value that `text` (percent-decoded) stands for.
    fn parse(text: &str) -> Option<Self>;

    /// The text that stands for the value, before percent-encoding.
    fn to_text(&self) -> Cow<'_, str>;
}

impl PathSegment for String {
    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.to_owned())
    }
    fn to_text(&self) -> Cow<'_, str> {
        self.into()
    }
}

impl PathSegment for char {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn to_text(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl PathSegment for bool {
    const KIND: SegmentKind = SegmentKind::Choice;
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn to_text(&self) -> Cow<'_, str> {
        if *self { "true" } else { "false" }.into()
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl PathSegment for $integer {
            const KIND: SegmentKind = SegmentKind::Int;
            fn parse(text: &str) -> Option<Self> {
                // The standard parser takes `+3`, which would be a second address of `3`.
                text.starts_with(|c: char| c == '-' || c.is_ascii_digit()).then(|| text.parse().ok())?
            }
            fn to_text(&self) -> Cow<'_, str> { self.to_string().into() }
        }
    )*};
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

macro_rules! floats {
    ($($float:ty)*) => {$(
        /// Digits on both sides of a dot, as Werkzeug's `float`: `3.5`, not `3`, `1e3` or `NaN`.
        impl PathSegment for $float {
            const KIND: SegmentKind = SegmentKind::Float;
            fn parse(text: &str) -> Option<Self> {
                let (whole, part) = text.strip_prefix('-').unwrap_or(text).split_once('.')?;
                let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                (digits(whole) && digits(part)).then(|| text.parse().ok())?
            }
            fn to_text(&self) -> Cow<'_, str> {
                let text = self.to_string();
                if text.contains('.') { text.into() } else { format!("{text}.0").into() }
            }
        }
    )*};
}
floats!(f32 f64);

/// A rule that a segment's text keeps, written in the path: `{page:min=1}`, `{code:length=2}`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constraint {
    /// The number is at least this.
    Min(f64),
    /// The number is at most this.
    Max(f64),
    /// The text has at least so many characters.
    MinLength(usize),
    /// The text has at most so many characters.
    MaxLength(usize),
    /// The text has exactly so many characters.
    Length(usize),
    /// The text is so many digits.
    Digits(usize),
}

impl Constraint {
    pub(super) fn allows(self, text: &str) -> bool {
        let number = || text.parse::<f64>().ok();
        match self {
            Self::Min(least) => number().is_some_and(|n| n >= least),
            Self::Max(most) => number().is_some_and(|n| n <= most),
            Self::MinLength(least) => text.chars().count() >= least,
            Self::MaxLength(most) => text.chars().count() <= most,
            Self::Length(exact) => text.chars().count() == exact,
            Self::Digits(exact) => text.len() == exact && text.bytes().all(|b| b.is_ascii_digit()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PathSegment>(text: &str, round_trip: Option<&str>) {
        assert_eq!(T::parse(text).map(|value| value.to_text().into_owned()).as_deref(), round_trip);
    }

    #[test]
    fn values_as_flask_reads_them() {
        check::<u32>("3", Some("3"));
        check::<u32>("03", Some("3"));
        check::<u32>("-3", None);
        check::<i64>("-3", Some("-3"));
        check::<i64>("+3", None);
        check::<i64>("", None);
        check::<u8>("256", None);
        check::<i64>("99999999999999999999", None);
        check::<f64>("3", None);
        check::<f64>("3.5", Some("3.5"));
        check::<f64>("3.0", Some("3.0"));
        check::<f64>("NaN", None);
        check::<f64>("1e3", None);
        check::<f64>(".5", None);
        check::<String>("a b", Some("a b"));
        check::<String>("", None);
        check::<bool>("true", Some("true"));
        check::<bool>("1", None);
        check::<char>("ü", Some("ü"));
    }

    #[test]
    fn constraints() {
        for (text, rules, allowed) in [
            ("1", &[Constraint::Min(1.0)][..], true),
            ("0", &[Constraint::Min(1.0)], false),
            ("101", &[Constraint::Min(1.0), Constraint::Max(100.0)], false),
            ("ab", &[Constraint::Length(2)], true),
            ("abc", &[Constraint::Length(2)], false),
            ("üü", &[Constraint::MinLength(2), Constraint::MaxLength(2)], true),
            ("007", &[Constraint::Digits(3)], true),
            ("7", &[Constraint::Digits(3)], false),
        ] {
            assert_eq!(rules.iter().all(|rule| rule.allows(text)), allowed, "{text} {rules:?}");
        }
    }
}

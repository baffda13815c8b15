//! The filters and tests of Jinja that `MiniJinja` has not.

#[cfg(feature = "jiff")]
mod dates;
mod text;
mod urlize;
#[cfg(not(feature = "jiff"))]
mod without_dates;

use minijinja::value::{Kwargs, ObjectRepr, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, Value};

use crate::formatter::escaped;
#[cfg(not(feature = "jiff"))]
use without_dates as dates;

pub(crate) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("escape", escape);
    environment.add_filter("e", escape);
    environment.add_filter("forceescape", forceescape);
    environment.add_filter("xmlattr", xmlattr);
    environment.add_filter("center", text::center);
    environment.add_filter("wordcount", text::wordcount);
    environment.add_filter("wordwrap", text::wordwrap);
    environment.add_filter("urlize", urlize::urlize);
    environment.add_filter("filesizeformat", minijinja_contrib::filters::filesizeformat);
    environment.add_filter("pluralize", minijinja_contrib::filters::pluralize);
    environment.add_filter("random", minijinja_contrib::filters::random);
    environment.add_filter("striptags", minijinja_contrib::filters::striptags);
    environment.add_filter("truncate", text::truncate);
    dates::add_to(environment);
    environment.add_test("callable", is_callable);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
}

/// What is safe stays as it is. Without a kind of its own, the text is escaped for HTML.
fn escape(state: &State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value.clone());
    }
    match state.auto_escape() {
        AutoEscape::Html | AutoEscape::None => forceescape(value),
        _ => Err(Error::new(ErrorKind::InvalidOperation, "`escape` is for HTML")),
    }
}

/// What is safe is escaped once more.
#[allow(clippy::unnecessary_wraps, reason = "shares its form with `escape`")]
fn forceescape(value: &Value) -> Result<Value, Error> {
    Ok(Value::from_safe_string(match value.as_str() {
        Some(text) => escaped(text),
        None => escaped(&value.to_string()),
    }))
}

/// Attributes of a map, as `class="a" id="b"`, with a blank before them; what is none is left out.
fn xmlattr(attributes: &Value, autospace: Option<bool>, named: Kwargs) -> Result<Value, Error> {
    let autospace = match named.get::<Option<bool>>("autospace")? {
        Some(autospace) => autospace,
        None => autospace.unwrap_or(true),
    };
    named.assert_all_used()?;
    if attributes.kind() != ValueKind::Map {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "`xmlattr` is for a map of attributes",
        ));
    }
    let mut text = String::new();
    for key in attributes.try_iter()? {
        let value = attributes.get_item(&key)?;
        if matches!(value.kind(), ValueKind::None | ValueKind::Undefined) {
            continue;
        }
        let name = key.to_string();
        // These would end the name and begin something else (CVE-2024-22195, CVE-2024-34064).
        if name.is_empty()
            || name.contains(|c: char| {
                c.is_whitespace() || matches!(c, '/' | '>' | '=' | '"' | '\'' | '<')
            })
        {
            let message = format!("`{name}` can be no name of an attribute");
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        if autospace || !text.is_empty() {
            text.push(' ');
        }
        let value = if value.is_safe() { value.to_string() } else { escaped(&value.to_string()) };
        text.extend([&name, "=\"", &value, "\""]);
    }
    Ok(Value::from_safe_string(text))
}

/// Functions and macros can be called, and nothing else.
fn is_callable(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.repr() == ObjectRepr::Plain)
}

//! A backtrace, reduced to the frames of the user.

use serde::Serialize;

use super::project::Project;
use super::report::Spot;

const MOST: usize = 40;
/// Where the framework begins to answer a request.
const ANSWERING: &str = "carafe_core::app::answering::";

/// One call on the way to the error.
#[derive(Debug, Serialize)]
pub(super) struct Frame {
    pub(super) function: String,
    #[serde(flatten)]
    pub(super) spot: Spot,
}

/// The user's own frames of a backtrace as the standard library prints it, the innermost first.
pub(super) fn of_user(
    trace: &str,
    project: &Project,
    spot: impl Fn(&str, u32) -> Spot,
) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for raw in parse(trace) {
        // Further out stands what serves the site or asks it, as a `main` or a test.
        if raw.function.contains(ANSWERING) {
            break;
        }
        let Some((file, line)) = raw.place else { continue };
        if frames.len() == MOST || !project.owns(file) {
            continue;
        }
        let spot = spot(file, line);
        // What an attribute made stands at the attribute's line, and is nobody's own code.
        if spot.marked_line().is_some_and(|text| text.trim_start().starts_with("#[")) {
            continue;
        }
        let frame = Frame { function: named(readable(raw.function), &spot), spot };
        // A closure and what was inlined into it come as several frames of one line.
        let again = frames.last().is_some_and(|last| {
            (&last.spot.file, last.spot.line) == (&frame.spot.file, frame.spot.line)
        });
        if !again {
            frames.push(frame);
        }
    }
    frames
}

#[derive(Debug, PartialEq)]
struct Raw<'t> {
    function: &'t str,
    place: Option<(&'t str, u32)>,
}

/// Reads `  7: name` and the `at file:line:column` below it. The format is nobody's promise, so
/// that a line of any other form is passed over.
fn parse(trace: &str) -> Vec<Raw<'_>> {
    let mut frames: Vec<Raw<'_>> = Vec::new();
    for line in trace.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut().filter(|frame| frame.place.is_none()) {
                frame.place = place_of(place);
            }
        } else if let Some((number, function)) = line.split_once(": ")
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            frames.push(Raw { function: function.trim(), place: None });
        }
    }
    frames
}

/// `C:\src\main.rs:7:5` in its parts; a column need not be there.
fn place_of(text: &str) -> Option<(&str, u32)> {
    let (rest, last) = text.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    match rest.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
        Some((file, line)) if !file.is_empty() => Some((file, line)),
        _ => Some((rest, last)),
    }
}

/// The line of Rust that the place of an error is, or ends with: `src/blog.rs:7`,
/// `select 1 (src/blog.rs:7)`.
pub(super) fn line_of_rust(place: &str) -> Option<(&str, u32)> {
    let inner = place.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).map(|cut| cut.1);
    place_of(inner.unwrap_or(place)).filter(|(file, _)| file.strip_suffix(".rs").is_some())
}

/// What was inlined has lost the name of its function, which stands above the line.
fn named(function: String, spot: &Spot) -> String {
    if !function.starts_with('{') {
        return function;
    }
    let above = spot.path.as_deref().and_then(|file| super::excerpt::function_at(file, spot.line));
    match above {
        Some(name) if function.starts_with("{closure") => format!("{name}::{{closure}}"),
        Some(name) => name,
        None => function,
    }
}

/// `blog::show` of `blog::show::{{closure}}::h0123456789abcdef`.
fn readable(function: &str) -> String {
    let mut name = function;
    loop {
        let shorter = name
            .strip_suffix("::{{closure}}")
            .or_else(|| name.strip_suffix("::{closure#0}"))
            .or_else(|| name.rsplit_once("::h").filter(|(_, hash)| is_hash(hash)).map(|cut| cut.0));
        match shorter {
            Some(shorter) => name = shorter,
            None => return name.to_owned(),
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_read_whatever_they_look_like() {
        let trace = "   0: std::backtrace::Backtrace::create\n             at /rustc/1/library/std/src/backtrace.rs:331:13\n   1: blog::show::{{closure}}\n             at ./src/main.rs:7:5\n   2: <unknown>\n  10: main\n   at C:\\blog\\src\\main.rs:9\nnote: Some details are omitted\n  x: y\n   at nowhere\n";
        let frames = parse(trace);
        let functions: Vec<_> = frames.iter().map(|frame| frame.function).collect();
        assert_eq!(functions[1..], ["blog::show::{{closure}}", "<unknown>", "main"]);
        let places: Vec<_> = frames.iter().map(|frame| frame.place).collect();
        assert_eq!(
            places[1..],
            [Some(("./src/main.rs", 7)), None, Some(("C:\\blog\\src\\main.rs", 9))]
        );
        for junk in ["", "at x:1:1", ": ", "1:", "1: ", "at \n1: a\nat :::", "\u{0}1: \u{feff}"] {
            assert!(parse(junk).iter().all(|frame| frame.place.is_none()), "{junk:?}");
        }
    }

    #[test]
    fn a_place_may_be_a_line_of_rust() {
        for (place, line) in [
            ("src/main.rs:7", Some(("src/main.rs", 7))),
            ("select f(1) (src/main.rs:7)", Some(("src/main.rs", 7))),
            ("C:\\blog\\main.rs:7:5", Some(("C:\\blog\\main.rs", 7))),
            ("blog.show (src/main.rs:7)", Some(("src/main.rs", 7))),
            ("templates/a.html:7", None),
            ("GET / (index)", None),
            ("src/main.rs", None),
            (" ()", None),
            (")", None),
            ("", None),
        ] {
            assert_eq!(line_of_rust(place), line, "{place}");
        }
    }

    #[test]
    fn names_are_readable() {
        for (raw, name) in [
            ("blog::show::{{closure}}::{{closure}}::h0123456789abcdef", "blog::show"),
            ("blog::hello", "blog::hello"),
            ("<T as blog::Show>::show", "<T as blog::Show>::show"),
        ] {
            assert_eq!(readable(raw), name);
        }
    }
}

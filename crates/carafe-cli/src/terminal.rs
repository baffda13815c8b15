//! What the tool itself says. It goes to the standard error, as the words of cargo do, so that the
//! program that runs has the standard output for itself.
//!
//! Nothing here fails: a terminal that is gone is no reason to leave a program running behind it.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// A line about what happens.
pub(crate) fn say(text: impl Display) {
    line("\x1b[1;36m", "carafe", text);
}

/// A line about what went wrong.
pub(crate) fn complain(text: impl Display) {
    line("\x1b[1;31m", "error", text);
}

/// Text with colours, of somebody else.
pub(crate) fn pass(text: &str) {
    let mut out = io::stderr().lock();
    let shown = if out.is_terminal() { text.to_owned() } else { crate::ansi::plain(text) };
    let _ = out.write_all(shown.as_bytes());
    let _ = out.flush();
}

fn line(colour: &str, who: &str, text: impl Display) {
    let mut out = io::stderr().lock();
    // One write, so that the words of the running program don't land in the middle.
    let line = if out.is_terminal() {
        format!("{colour}{who}:\x1b[0m {text}\n")
    } else {
        format!("{who}: {text}\n")
    };
    let _ = out.write_all(line.as_bytes());
}

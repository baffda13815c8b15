//! The same for a terminal.

use std::fmt::{self, Write};

use super::excerpt::Excerpt;
use super::report::Report;
use super::routes::RouteHelp;

pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = lines(&mut out, report);
    printable(&out)
}

fn lines(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "{} {}\n\n  {}\n", report.status, report.title, report.message)?;
    if let Some(place) = &report.place {
        writeln!(out, "  at   {place}")?;
    }
    if let Some(hint) = &report.hint {
        writeln!(out, "  hint {hint}")?;
    }
    if let Some(help) = &report.routes {
        routes(out, help)?;
    }
    for cause in &report.causes {
        writeln!(out, "  because: {}", cause.text)?;
        if let Some(debug) = &cause.debug {
            writeln!(out, "           {debug}")?;
        }
    }
    for detail in &report.details {
        writeln!(out, "\n{}", detail.title)?;
        if let Some(spot) = &detail.spot {
            writeln!(out, "{}:{}", spot.file, spot.line)?;
        }
        excerpt(out, &detail.excerpt)?;
    }
    if let Some(spot) = &report.origin {
        writeln!(out, "\n{}:{}", spot.file, spot.line)?;
        match &spot.source {
            Some(Ok(lines)) => excerpt(out, lines)?,
            Some(Err(why)) => writeln!(out, "  ({why})")?,
            None => {}
        }
    }
    if !report.frames.is_empty() {
        writeln!(out, "\nYour frames")?;
        for frame in &report.frames {
            writeln!(out, "  {}\n    {}:{}", frame.function, frame.spot.file, frame.spot.line)?;
        }
    }
    let asked = &report.request;
    writeln!(out, "\nRequest\n  {} {}", asked.method, asked.url)?;
    if let Some(endpoint) = &asked.endpoint {
        writeln!(out, "  endpoint {endpoint}")?;
    }
    for (name, value) in &asked.captures {
        writeln!(out, "  {{{name}}} {value}")?;
    }
    for (name, value) in &asked.headers {
        writeln!(out, "  {name}: {value}")?;
    }
    for (name, value) in &asked.cookies {
        writeln!(out, "  cookie {name}: {value}")?;
    }
    Ok(())
}

fn routes(out: &mut String, help: &RouteHelp) -> fmt::Result {
    if !help.near.is_empty() {
        writeln!(
            out,
            "  {}",
            if help.wrong_method { "this path answers" } else { "did you mean" }
        )?;
    }
    for route in &help.near {
        write!(out, "    {} {} ({})", route.methods, route.rule, route.endpoint)?;
        match route.because.as_ref().filter(|_| !help.wrong_method) {
            Some(because) => writeln!(out, ": {because}")?,
            None => writeln!(out)?,
        }
    }
    let widest = help.table.iter().map(|row| row.methods.chars().count()).max().unwrap_or(0);
    writeln!(out, "\nRoutes")?;
    for row in &help.table {
        writeln!(out, "  {:widest$}  {}  ({})", row.methods, row.rule, row.endpoint)?;
    }
    match help.left_out {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more: cargo run -- routes"),
    }
}

fn excerpt(out: &mut String, excerpt: &Excerpt) -> fmt::Result {
    let widest = excerpt.lines.last().map_or(0, |line| line.number.to_string().len());
    for line in &excerpt.lines {
        let mark = if line.marked { '>' } else { ' ' };
        writeln!(out, "{}", format!("{mark} {:widest$} | {}", line.number, line.text).trim_end())?;
    }
    Ok(())
}

/// Control characters would be commands to a terminal.
fn printable(text: &str) -> String {
    let visible =
        |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c };
    text.chars().map(visible).collect()
}

//! A few lines of a text around the one that matters.

use std::path::Path;

use serde::Serialize;

const AROUND: usize = 7;
const LONGEST_LINE: usize = 300;
const LARGEST_FILE: u64 = 4 << 20;

/// A few lines around the one that matters.
#[derive(Debug, Serialize)]
pub(super) struct Excerpt {
    pub(super) lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) marked: bool,
}

impl Excerpt {
    /// From a file; the error says why there is none.
    pub(super) fn of_file(file: &Path, line: u32) -> Result<Self, String> {
        let excerpt = Self::of_text(&read(file)?, Some(line));
        if excerpt.lines.iter().any(|line| line.marked) {
            Ok(excerpt)
        } else {
            Err(format!(
                "the source has no line {line}: it was changed since the program was built"
            ))
        }
    }

    /// From a text: around its marked line, or its beginning.
    pub(super) fn of_text(text: &str, marked: Option<u32>) -> Self {
        let marked = marked.and_then(|line| usize::try_from(line).ok());
        let (first, count) = match marked {
            Some(line) => (line.saturating_sub(AROUND).max(1), line.saturating_add(AROUND)),
            None => (1, 6 * AROUND),
        };
        let lines = text.lines().enumerate().map(|(i, text)| (i + 1, text));
        let lines = lines.skip(first - 1).take_while(|(number, _)| *number <= count);
        Self {
            lines: lines
                .map(|(number, text)| Line {
                    number,
                    text: cut(text.trim_end(), LONGEST_LINE),
                    marked: marked == Some(number),
                })
                .collect(),
        }
    }
}

/// The name of the function that a line stands in: the nearest one above it.
pub(super) fn function_at(file: &Path, line: u32) -> Option<String> {
    let text = read(file).ok()?;
    let above: Vec<_> = text.lines().take(usize::try_from(line).ok()?).collect();
    above.into_iter().rev().find_map(|line| {
        let (before, rest) = line.split_once("fn ")?;
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        let begins = before.is_empty() || before.ends_with(' ');
        (begins && !before.trim_start().starts_with("//") && !name.is_empty())
            .then(|| name.to_owned())
    })
}

fn read(file: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("the source cannot be read: {error}");
    let about = std::fs::metadata(file).map_err(failed)?;
    if !about.is_file() || about.len() > LARGEST_FILE {
        return Err("the source is too large to be shown".to_owned());
    }
    let bytes = std::fs::read(file).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The text, no longer than so many characters.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

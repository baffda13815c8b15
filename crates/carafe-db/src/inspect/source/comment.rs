//! Comments, in which nothing of a database is code.

/// So wide is a line at most.
const WIDTH: usize = 100;

/// A sentence as a comment, on as many lines as it takes.
///
/// What is no character to see (line breaks, and marks that turn the direction of a line) is written
/// by its number.
pub(super) fn comment(indent: usize, sentence: &str) -> String {
    let start = format!("{}//", " ".repeat(indent));
    let mut text = String::new();
    let mut line = start.clone();
    let plain = visible(sentence);
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        let is_full = line.chars().count() + 1 + word.chars().count() > WIDTH;
        if is_full && line.len() > start.len() {
            text.push_str(&line);
            text.push('\n');
            line.clone_from(&start);
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
    text
}

fn visible(sentence: &str) -> String {
    let mut text = String::with_capacity(sentence.len());
    for c in sentence.chars() {
        match c {
            '"' | '\'' | '\\' => text.push(c),
            c => text.extend(c.escape_debug()),
        }
    }
    text
}

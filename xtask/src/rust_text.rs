//! Rust source seen as text: without its comments, and as tokens. It is no parser; it knows just
//! enough that a word in a comment or in a string is not taken for code.

/// The source with each comment turned into blanks and each literal into quotes. Line
/// breaks stay, so that line numbers do.
pub(crate) fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, fill) = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => (line_end(&chars, at), Some(' ')),
            '/' if chars.get(at + 1) == Some(&'*') => (comment_end(&chars, at), Some(' ')),
            '"' => (string_end(&chars, at), Some('"')),
            '\'' => (char_end(&chars, at), Some('"')),
            'r' if !follows_name(&chars, at) => match raw_end(&chars, at) {
                Some(end) => (end, Some('"')),
                None => (at + 1, None),
            },
            _ => (at + 1, None),
        };
        // A lifetime is one character of code here, a literal is two or more.
        let fill = if end == at + 1 { None } else { fill };
        for &char in &chars[at..end] {
            out.push(match fill {
                Some(fill) if char != '\n' => fill,
                _ => char,
            });
        }
        at = end;
    }
    out
}

/// A name, `::`, or one other character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// The tokens of what [`code`] returned.
pub(crate) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (number, mut rest) in code.lines().enumerate() {
        let line = number + 1;
        while let Some(first) = rest.chars().next() {
            let length = if is_name(first) {
                rest.find(|char| !is_name(char)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (text, after) = rest.split_at(length);
            if !first.is_whitespace() {
                found.push(Token { text, line });
            }
            rest = after;
        }
    }
    found
}

/// The number of lines that hold code.
pub(crate) fn lines_of_code(source: &str) -> usize {
    code(source).lines().filter(|line| !line.trim().is_empty()).count()
}

/// Whether a file holds tests only.
pub(crate) fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

pub(crate) fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn follows_name(chars: &[char], at: usize) -> bool {
    // `br"…"` and `cr"…"` are raw strings too.
    match at.checked_sub(1).map(|before| chars[before]) {
        Some('b' | 'c') => at >= 2 && is_name(chars[at - 2]),
        Some(char) => is_name(char),
        None => false,
    }
}

fn line_end(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len())
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (at, depth) = (at + 2, depth + 1),
            ('*', '/') => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn char_end(chars: &[char], start: usize) -> usize {
    match (chars.get(start + 1), chars.get(start + 2)) {
        (Some('\\'), _) => {
            let close = (start + 3..chars.len()).find(|&i| chars[i] == '\'');
            close.map_or(chars.len(), |close| close + 1)
        }
        (Some(_), Some('\'')) => start + 3,
        _ => start + 1,
    }
}

fn raw_end(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|&&char| char == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |&i: &usize| {
        chars[i] == '"' && chars[i + 1..].iter().take_while(|&&char| char == '#').count() >= hashes
    };
    Some((open + 1..chars.len()).find(closes).map_or(chars.len(), |close| close + 1 + hashes))
}

#[cfg(test)]
mod tests;

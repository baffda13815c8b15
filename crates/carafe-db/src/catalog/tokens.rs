//! SQL in pieces, as far as descriptions of tables need it.

/// A piece of SQL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A word that stands without quotes.
    Word(String),
    /// A name in quotes.
    Name(String),
    /// A text.
    Text(String),
    /// A number.
    Number(String),
    /// What else there is, one character or two.
    Symbol(&'static str),
}

/// How a database writes texts and names.
#[derive(Clone, Copy, Debug)]
pub struct Quoting {
    /// A backslash in a text escapes what follows.
    pub backslash: bool,
    /// A text whose quotes are escaped themselves, `\'text\'`, as MySQL shows them.
    pub escaped_quotes: bool,
}

/// Longer ones stand before those that they begin with.
const SYMBOLS: [&str; 28] = [
    "::", "||", "<=", ">=", "<>", "!=", "==", "(", ")", "[", "]", ",", ".", ";", "+", "-", "*",
    "/", "%", "<", ">", "=", "!", "~", "&", "|", "^", "@",
];

impl Token {
    /// Whether it is that word, whatever its case.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }

    /// Whether it is that symbol.
    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(own) if *own == symbol)
    }

    /// The name that it is, in quotes or without.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// The pieces of SQL, each with the place where it begins; `None` where it cannot be read.
pub(crate) fn tokens(sql: &str, quoting: Quoting) -> Option<Vec<(usize, Token)>> {
    let mut pieces = Pieces { sql, at: 0, quoting };
    let mut tokens = Vec::new();
    loop {
        pieces.blank()?;
        let at = pieces.at;
        if pieces.rest().is_empty() {
            return Some(tokens);
        }
        tokens.push((at, pieces.token()?));
    }
}

struct Pieces<'s> {
    sql: &'s str,
    at: usize,
    quoting: Quoting,
}

impl<'s> Pieces<'s> {
    fn rest(&self) -> &'s str {
        &self.sql[self.at..]
    }

    /// Goes over blanks and comments.
    fn blank(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let end = if trimmed.starts_with("--") {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/")? + 2
            } else {
                return Some(());
            };
            self.at += end;
        }
    }

    fn token(&mut self) -> Option<Token> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        match first {
            '"' => self.quoted('"', '"', false).map(Token::Name),
            '`' => self.quoted('`', '`', false).map(Token::Name),
            // Of an array, `[` is a symbol: there something other than a name stands before `]`.
            '[' if !self.quoting.backslash && self.bracketed() => {
                self.quoted('[', ']', false).map(Token::Name)
            }
            '\'' => self.quoted('\'', '\'', self.quoting.backslash).map(Token::Text),
            '\\' if self.quoting.escaped_quotes && rest.starts_with("\\'") => {
                let end = rest[2..].find("\\'")?;
                // What is escaped once more inside would be another text.
                if rest[2..2 + end].contains('\\') {
                    return None;
                }
                self.at += end + 4;
                Some(Token::Text(rest[2..2 + end].to_owned()))
            }
            'E' | 'e' if rest[1..].starts_with('\'') => {
                self.at += 1;
                self.quoted('\'', '\'', true).map(Token::Text)
            }
            c if c.is_ascii_digit() => Some(self.number()),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => Some(self.number()),
            c if is_word(c) => {
                let end = rest.find(|c: char| !is_word(c) && c != '$').unwrap_or(rest.len());
                self.at += end;
                Some(Token::Word(rest[..end].to_owned()))
            }
            _ => {
                let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol))?;
                self.at += symbol.len();
                Some(Token::Symbol(symbol))
            }
        }
    }

    /// Whether a name in brackets stands here, rather than what belongs to an array: `ARRAY[…]`,
    /// `text[]`, `a[1]`.
    fn bracketed(&self) -> bool {
        let before = self.sql[..self.at].trim_end().chars().next_back();
        let after_word = before.is_some_and(|c| is_word(c) || c == ']' || c == ')' || c == '"');
        !(after_word && before == self.sql[..self.at].chars().next_back())
    }

    fn quoted(&mut self, open: char, close: char, escapes: bool) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest()[open.len_utf8()..].char_indices().peekable();
        while let Some((index, c)) = chars.next() {
            if c == close && close != ']' && chars.peek().is_some_and(|(_, next)| *next == close) {
                chars.next();
                text.push(close);
            } else if c == close {
                self.at += open.len_utf8() + index + close.len_utf8();
                return Some(text);
            } else if c == '\\' && escapes {
                text.push(match chars.next()?.1 {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '0' => '\0',
                    // What else it may say (numbers of characters, patterns) is no matter of plain texts.
                    c if c.is_ascii_alphanumeric() || matches!(c, '%' | '_') => return None,
                    c => c,
                });
            } else {
                text.push(c);
            }
        }
        None
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        let mut before = ' ';
        let mut belongs = |c: char| {
            let sign = matches!(c, '-' | '+') && matches!(before, 'e' | 'E');
            before = c;
            sign || c.is_ascii_alphanumeric() || c == '.' || c == '_'
        };
        let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        Token::Number(rest[..end].to_owned())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

//! From SQL, as a database shows it, to an expression as a model writes it.
//!
//! What cannot be said there, or would not mean the same, is `None`: a model that says something else
//! than its table is worse than one that says nothing.

mod call;
mod cast;
#[cfg(test)]
mod tests;

use carafe_model::schema::{Kind, Operator};

use self::cast::cast;

use super::tokens::{Quoting, Token, tokens};
use crate::ddl::state::{ExpressionState, LiteralState};

/// So deep may expressions stand in each other: a pair of parentheses is eight levels.
const DEEPEST: usize = 512;

/// How a database shows expressions.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// How it writes texts and names.
    pub quoting: Quoting,
    /// What counts the characters of a text.
    pub length: &'static [&'static str],
    /// A name in quotes that is none is a text.
    pub quoted_texts: bool,
}

/// A column, as an expression sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The field whose column it is.
    pub(crate) field: String,
    /// What it holds, where that is known.
    pub(crate) kind: Option<Kind>,
}

/// Reads an expression over columns.
pub(crate) fn read(
    sql: &str,
    how: Sql,
    column: &dyn Fn(&str) -> Option<Seen>,
) -> Option<ExpressionState> {
    read_as(sql, how, column, false)
}

fn read_as(
    sql: &str,
    how: Sql,
    column: &dyn Fn(&str) -> Option<Seen>,
    is_default: bool,
) -> Option<ExpressionState> {
    let tokens = tokens(sql, how.quoting)?.into_iter().map(|(_, token)| token).collect();
    let mut reader = Reader { tokens, at: 0, depth: 0, how, column, is_default };
    let read = reader.level(0)?;
    (reader.at == reader.tokens.len()).then_some(read.expression)
}

/// The value that a default is, for a column of that kind.
pub(crate) fn default(
    sql: &str,
    how: Sql,
    kind: Option<Kind>,
    column: &dyn Fn(&str) -> Option<Seen>,
) -> Option<ExpressionState> {
    let read = read_as(sql, how, column, true)?;
    Some(match (read, kind) {
        (ExpressionState::Literal(literal), Some(Kind::Bool)) => {
            ExpressionState::Literal(as_bool(&literal).map_or(literal, LiteralState::Bool))
        }
        (ExpressionState::Literal(LiteralState::Text(text)), Some(kind))
            if kind.range().is_some() =>
        {
            ExpressionState::Literal(LiteralState::I64(text.parse().ok()?))
        }
        (read, _) => read,
    })
}

fn as_bool(literal: &LiteralState) -> Option<bool> {
    match literal {
        LiteralState::I64(0) => Some(false),
        LiteralState::I64(1) => Some(true),
        LiteralState::Bool(value) => Some(*value),
        _ => None,
    }
}

/// An expression, and whether it is a text.
struct Read {
    expression: ExpressionState,
    kind: Option<Kind>,
}

impl Read {
    fn literal(literal: LiteralState) -> Self {
        let kind = match &literal {
            LiteralState::Bool(_) => Some(Kind::Bool),
            LiteralState::I64(_) => Some(Kind::BigInteger),
            LiteralState::F64(_) => Some(Kind::Float),
            LiteralState::Text(_) => Some(Kind::Text),
            LiteralState::Null => None,
        };
        Self { expression: ExpressionState::Literal(literal), kind }
    }

    fn of(expression: ExpressionState, kind: Kind) -> Self {
        Self { expression, kind: Some(kind) }
    }

    fn is_text(&self) -> bool {
        self.kind.is_some_and(|kind| kind.is_text() || kind == Kind::SearchVector)
    }

    fn is_literal(&self) -> bool {
        matches!(self.expression, ExpressionState::Literal(_))
    }
}

struct Reader<'r> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    how: Sql,
    column: &'r dyn Fn(&str) -> Option<Seen>,
    /// Whether it is what a column holds where nothing is given: of `now()` a column of dates keeps the day,
    /// where a condition compares a date with a moment.
    is_default: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is(word));
        self.at += usize::from(found);
        found
    }

    /// Takes words that stand one behind the other, or none of them.
    fn takes_words(&mut self, words: &[&str]) -> bool {
        let there = self.tokens.get(self.at..self.at + words.len());
        let found =
            there.is_some_and(|there| there.iter().zip(words).all(|(own, word)| own.is(word)));
        self.at += if found { words.len() } else { 0 };
        found
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn expects(&mut self, symbol: &str) -> Option<()> {
        self.takes(symbol).then_some(())
    }

    /// What binds as tightly as that, or more: 0 is `OR`, 1 `AND`, 2 `NOT`, 3 a comparison, 4 a sum,
    /// 5 a product, 6 texts that are joined,
    /// 7 what stands alone.
    fn level(&mut self, level: usize) -> Option<Read> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let read = match level {
            0 => self.joined("or", Operator::Or, 1),
            1 => self.joined("and", Operator::And, 2),
            2 if self.takes_word("not") => {
                let inner = self.level(2)?;
                Some(Read::of(ExpressionState::Not(Box::new(inner.expression)), Kind::Bool))
            }
            2 => self.level(3),
            3 => self.compared(),
            4 => self.computed(&[("+", Operator::Add), ("-", Operator::Sub)], 5),
            5 => self
                .computed(&[("*", Operator::Mul), ("/", Operator::Div), ("%", Operator::Rem)], 6),
            6 => self.texts(),
            _ => self.unary(),
        };
        self.depth -= 1;
        read
    }

    fn joined(&mut self, word: &str, operator: Operator, tighter: usize) -> Option<Read> {
        let mut left = self.level(tighter)?;
        while self.takes_word(word) {
            let right = self.level(tighter)?;
            left = Read::of(binary(left, operator, right), Kind::Bool);
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<Read> {
        let left = self.level(4)?;
        if self.takes_words(&["is", "not", "null"]) || self.takes_word("notnull") {
            let is_null = ExpressionState::IsNull(Box::new(left.expression));
            return Some(Read::of(ExpressionState::Not(Box::new(is_null)), Kind::Bool));
        }
        if self.takes_words(&["is", "null"]) || self.takes_word("isnull") {
            return Some(Read::of(ExpressionState::IsNull(Box::new(left.expression)), Kind::Bool));
        }
        if self.takes_words(&["not", "in"]) {
            let among = self.among(left)?;
            return Some(Read::of(ExpressionState::Not(Box::new(among)), Kind::Bool));
        }
        if self.takes_word("in") {
            return Some(Read::of(self.among(left)?, Kind::Bool));
        }
        if self.takes_word("between") {
            return self.between(left);
        }
        let operators = [
            ("==", Operator::Eq),
            ("=", Operator::Eq),
            ("<>", Operator::Ne),
            ("!=", Operator::Ne),
            ("<=", Operator::Le),
            (">=", Operator::Ge),
            ("<", Operator::Lt),
            (">", Operator::Gt),
        ];
        let Some((_, operator)) = operators.into_iter().find(|(symbol, _)| self.takes(symbol))
        else {
            return Some(left);
        };
        // PostgreSQL's way to show `IN`.
        let word = if operator == Operator::Eq { "any" } else { "all" };
        if matches!(operator, Operator::Eq | Operator::Ne) && self.takes_word(word) {
            let among = self.among(left)?;
            let among = if operator == Operator::Eq {
                among
            } else {
                ExpressionState::Not(Box::new(among))
            };
            return Some(Read::of(among, Kind::Bool));
        }
        let right = self.level(4)?;
        Some(Read::of(compare(left, operator, right), Kind::Bool))
    }

    fn between(&mut self, left: Read) -> Option<Read> {
        let low = self.level(4)?;
        if !self.takes_word("and") {
            return None;
        }
        let high = self.level(4)?;
        let again = Read { expression: left.expression.clone(), kind: left.kind };
        let from = Read::of(compare(left, Operator::Ge, low), Kind::Bool);
        let to = Read::of(compare(again, Operator::Le, high), Kind::Bool);
        Some(Read::of(binary(from, Operator::And, to), Kind::Bool))
    }

    /// What stands behind `IN` or `= ANY`: literals.
    fn among(&mut self, of: Read) -> Option<ExpressionState> {
        let mut open = 0;
        while self.takes("(") {
            open += 1;
        }
        let is_array = self.takes_word("array");
        if is_array {
            self.expects("[")?;
        }
        let end = if is_array { "]" } else { ")" };
        let mut literals = Vec::new();
        loop {
            let Read { expression: ExpressionState::Literal(literal), .. } = self.level(4)? else {
                return None;
            };
            let literal = match (of.kind, as_bool(&literal)) {
                (Some(Kind::Bool), Some(value)) => LiteralState::Bool(value),
                _ => literal,
            };
            if literal == LiteralState::Null {
                return None;
            }
            literals.push(literal);
            if self.takes(end) {
                break;
            }
            self.expects(",")?;
        }
        for _ in usize::from(!is_array)..open {
            // An array is cast as a whole, inside of its parentheses.
            self.cast()?;
            self.expects(")")?;
        }
        Some(ExpressionState::In(Box::new(of.expression), literals))
    }

    fn computed(&mut self, operators: &[(&str, Operator)], tighter: usize) -> Option<Read> {
        let mut left = self.level(tighter)?;
        loop {
            let found = operators.iter().find(|(symbol, operator)| {
                self.takes(symbol) || (*operator == Operator::Rem && self.takes_word("mod"))
            });
            let Some((_, operator)) = found else { return Some(left) };
            let right = self.level(tighter)?;
            // In a model `+` between texts joins them.
            if left.is_text() || right.is_text() {
                return None;
            }
            let kind = left.kind;
            left = Read { expression: binary(left, *operator, right), kind };
        }
    }

    fn texts(&mut self) -> Option<Read> {
        let mut left = self.level(7)?;
        while self.takes("||") {
            let right = self.level(7)?;
            left = concatenated(left, right)?;
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Read> {
        if self.takes("-") {
            let negative = match self.level(7)?.expression {
                ExpressionState::Literal(LiteralState::I64(number)) => {
                    LiteralState::I64(number.checked_neg()?)
                }
                ExpressionState::Literal(LiteralState::F64(number)) => LiteralState::F64(-number),
                _ => return None,
            };
            return Some(Read::literal(negative));
        }
        if self.takes("+") {
            return self.level(7).filter(Read::is_literal);
        }
        if self.takes("!") {
            let inner = self.level(7)?;
            return Some(Read::of(ExpressionState::Not(Box::new(inner.expression)), Kind::Bool));
        }
        let mut read = self.operand()?;
        while self.takes("::") {
            let target = self.type_name()?;
            read = cast(read, &target)?;
        }
        Some(read)
    }

    /// Goes over casts of what is there already.
    fn cast(&mut self) -> Option<()> {
        while self.takes("::") {
            self.type_name()?;
        }
        Some(())
    }

    /// The name of a type: `character varying(20)`, `timestamp with time zone`, `text[]`.
    fn type_name(&mut self) -> Option<String> {
        let mut name = self.peek()?.name()?.to_lowercase();
        self.at += 1;
        if name == "character" && self.takes_word("varying") {
            name.push_str(" varying");
        } else if name == "double" && self.takes_word("precision") {
            name.push_str(" precision");
        }
        if self.takes("(") {
            while !self.takes(")") {
                self.peek()?;
                self.at += 1;
            }
        }
        for zone in [["with", "time", "zone"], ["without", "time", "zone"]] {
            self.takes_words(&zone);
        }
        while self.takes("[") {
            self.expects("]")?;
            name.push_str("[]");
        }
        Some(name)
    }

    fn operand(&mut self) -> Option<Read> {
        if self.takes("(") {
            let inner = self.level(0)?;
            self.expects(")")?;
            return Some(inner);
        }
        let token = self.peek()?.clone();
        self.at += 1;
        match token {
            Token::Number(text) => number(&text).map(Read::literal),
            Token::Text(text) => Some(Read::literal(LiteralState::Text(text))),
            Token::Word(word)
                if word.starts_with('_') && matches!(self.peek(), Some(Token::Text(_))) =>
            {
                // The character set of a text that follows, as MySQL shows it.
                self.operand()
            }
            Token::Word(word) if self.peek().is_some_and(|next| next.is_symbol("(")) => {
                self.call(&word.to_ascii_lowercase())
            }
            Token::Word(word) => self.word(&word),
            Token::Name(name) => self.named(&name),
            Token::Symbol(_) => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<Read> {
        if let Some(read) = self.named_column(word) {
            return Some(read);
        }
        match word.to_ascii_lowercase().as_str() {
            "null" => Some(Read::literal(LiteralState::Null)),
            "true" => Some(Read::literal(LiteralState::Bool(true))),
            "false" => Some(Read::literal(LiteralState::Bool(false))),
            "current_timestamp" | "localtimestamp" => Some(now()),
            "current_date" | "current_time" => self.is_default.then(now),
            _ => None,
        }
    }

    fn named(&mut self, name: &str) -> Option<Read> {
        let column = self.named_column(name);
        if column.is_none() && self.how.quoted_texts {
            return Some(Read::literal(LiteralState::Text(name.to_owned())));
        }
        column
    }

    fn named_column(&self, name: &str) -> Option<Read> {
        let Seen { field, kind } = (self.column)(name)?;
        Some(Read { expression: ExpressionState::Field(field), kind })
    }
}

fn now() -> Read {
    Read { expression: ExpressionState::Call("now".to_owned(), Vec::new()), kind: None }
}

fn number(text: &str) -> Option<LiteralState> {
    if let Ok(number) = text.parse() {
        return Some(LiteralState::I64(number));
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(LiteralState::F64(number))
}

fn binary(left: Read, operator: Operator, right: Read) -> ExpressionState {
    ExpressionState::Binary(Box::new(left.expression), operator, Box::new(right.expression))
}

/// A comparison; what is compared with yes or no is written as that.
fn compare(mut left: Read, operator: Operator, mut right: Read) -> ExpressionState {
    let is_bool = |read: &Read| read.kind == Some(Kind::Bool) && !read.is_literal();
    if is_bool(&left) || is_bool(&right) {
        for side in [&mut left, &mut right] {
            if let ExpressionState::Literal(literal) = &side.expression
                && let Some(value) = as_bool(literal)
            {
                side.expression = ExpressionState::Literal(LiteralState::Bool(value));
            }
        }
    }
    binary(left, operator, right)
}

/// Texts that are joined; in a model one of the two must be known as a text.
fn concatenated(left: Read, right: Read) -> Option<Read> {
    if !left.is_text() && !right.is_text() {
        return None;
    }
    let kind = if left.kind == Some(Kind::SearchVector) { Kind::SearchVector } else { Kind::Text };
    Some(Read::of(binary(left, Operator::Add, right), kind))
}

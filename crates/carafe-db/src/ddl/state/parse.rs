//! Reads expressions as they are written in models and in files of migrations: `pages > 0`,
//! `lower(name)`, `paid.is_null() || (price <= 10)`.

use carafe_core::{Error, Result};
use carafe_model::schema::Operator;

use super::{ExpressionState, LiteralState};

/// So deep may expressions stand in each other.
const DEEPEST: usize = 64;

/// What joins two sides, the loosest first. Longer symbols stand before those that they begin with.
const LEVELS: [&[Operator]; 5] = [
    &[Operator::Or],
    &[Operator::And],
    &[Operator::Eq, Operator::Ne, Operator::Le, Operator::Ge, Operator::Lt, Operator::Gt],
    &[Operator::Add, Operator::Sub],
    &[Operator::Mul, Operator::Div, Operator::Rem],
];

impl ExpressionState {
    /// Reads an expression as [`Display`](std::fmt::Display) writes it.
    ///
    /// ```
    /// use carafe_db::ddl::state::ExpressionState;
    ///
    /// let read = ExpressionState::parse("(pages > 0) && !title.is_in([\"a\", \"b\"])")?;
    /// assert_eq!(read.to_string(), "(pages > 0) && !title.is_in([\"a\", \"b\"])");
    /// assert_eq!(
    ///     ExpressionState::parse("pages >").unwrap_err().message(),
    ///     "`pages >` is no expression: a value is missing at its end",
    /// );
    /// # Ok::<(), carafe_core::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let expression = parser.level(0)?;
        parser.space();
        if parser.rest().is_empty() {
            return Ok(expression);
        }
        Err(parser.error("an operator"))
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a symbol, if it stands next.
    fn takes(&mut self, symbol: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn expects(&mut self, symbol: &str) -> Result<()> {
        if self.takes(symbol) { Ok(()) } else { Err(self.error(&format!("`{symbol}`"))) }
    }

    fn error(&self, missing: &str) -> Error {
        let place = match self.rest().trim_start() {
            "" => "at its end".to_owned(),
            rest => format!("before `{rest}`"),
        };
        Error::setup(format!("`{}` is no expression: {missing} is missing {place}", self.text))
    }

    fn level(&mut self, level: usize) -> Result<ExpressionState> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(operators) {
            let right = self.level(level + 1)?;
            left = ExpressionState::Binary(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[Operator]) -> Option<Operator> {
        operators.iter().copied().find(|operator| self.takes(operator.symbol()))
    }

    fn unary(&mut self) -> Result<ExpressionState> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::setup("an expression is too deep"));
        }
        let made = if self.takes("!") {
            ExpressionState::Not(Box::new(self.unary()?))
        } else {
            self.called()?
        };
        self.depth -= 1;
        Ok(made)
    }

    /// An operand, and the methods that are called on it.
    fn called(&mut self) -> Result<ExpressionState> {
        let mut made = self.operand()?;
        loop {
            if self.takes(".is_null") {
                self.expects("(")?;
                self.expects(")")?;
                made = ExpressionState::IsNull(Box::new(made));
            } else if self.takes(".is_in") {
                self.expects("(")?;
                self.expects("[")?;
                let literals = self.list("]", Self::literal)?;
                self.expects(")")?;
                made = ExpressionState::In(Box::new(made), literals);
            } else {
                return Ok(made);
            }
        }
    }

    fn list<T>(
        &mut self,
        end: &str,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while !self.takes(end) {
            if !items.is_empty() {
                self.expects(",")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn operand(&mut self) -> Result<ExpressionState> {
        if self.takes("(") {
            let made = self.level(0)?;
            self.expects(")")?;
            return Ok(made);
        }
        let start = self.at;
        let word = self.word();
        match word {
            "" | "NULL" | "true" | "false" => {
                self.at = start;
                self.literal().map(ExpressionState::Literal)
            }
            name if self.takes("(") => {
                let arguments = self.list(")", |parser| parser.level(0))?;
                Ok(ExpressionState::Call(name.to_owned(), arguments))
            }
            name => Ok(ExpressionState::Field(name.to_owned())),
        }
    }

    /// A name, or nothing.
    fn word(&mut self) -> &'t str {
        self.space();
        let rest = self.rest();
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn literal(&mut self) -> Result<LiteralState> {
        self.space();
        if self.rest().starts_with('"') {
            return self.quoted().map(LiteralState::Text);
        }
        let start = self.at;
        match self.word() {
            "NULL" => return Ok(LiteralState::Null),
            "true" => return Ok(LiteralState::Bool(true)),
            "false" => return Ok(LiteralState::Bool(false)),
            _ => self.at = start,
        }
        self.number()
    }

    fn number(&mut self) -> Result<LiteralState> {
        let rest = self.rest();
        let mut before = ' ';
        let mut belongs = |index: usize, c: char| {
            let sign = matches!(c, '-' | '+') && (index == 0 || matches!(before, 'e' | 'E'));
            before = c;
            sign || c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E')
        };
        let end = rest.char_indices().find(|(index, c)| !belongs(*index, *c));
        let text = &rest[..end.map_or(rest.len(), |(end, _)| end)];
        let value = match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => LiteralState::I64(number),
            (_, Ok(number)) if text.contains(['.', 'e', 'E']) => LiteralState::F64(number),
            _ => return Err(self.error("a value")),
        };
        self.at += text.len();
        Ok(value)
    }

    /// A text between quotes, as Rust writes it.
    fn quoted(&mut self) -> Result<String> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((index, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += index + 1;
                    return Ok(text);
                }
                '\\' => {
                    let escaped = chars.next().map(|(_, c)| c);
                    let mut of_code = || {
                        let mut code = String::new();
                        for (_, c) in chars.by_ref() {
                            match c {
                                '{' => {}
                                '}' => break,
                                c => code.push(c),
                            }
                        }
                        u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
                    };
                    text.push(match escaped {
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        Some('0') => '\0',
                        Some(c @ ('\\' | '"' | '\'')) => c,
                        Some('u') => {
                            of_code().ok_or_else(|| self.error("the code of a character"))?
                        }
                        _ => return Err(self.error("what is escaped")),
                    });
                }
                c => text.push(c),
            }
        }
        Err(self.error("the end of a text"))
    }
}

#[cfg(test)]
mod tests {
    use super::ExpressionState;

    #[track_caller]
    fn check(text: &str, read: &str) {
        let expression = ExpressionState::parse(text).unwrap();
        assert_eq!(expression.to_string(), read);
        assert_eq!(ExpressionState::parse(read).unwrap(), expression);
    }

    #[test]
    fn what_is_written_is_read() {
        check("pages > 0", "pages > 0");
        check("pages>-1", "pages > -1");
        check("a - 1 - b", "(a - 1) - b");
        check("a + b * 2 >= c && !d || e", "(((a + (b * 2)) >= c) && !d) || e");
        check("lower( name , NULL)", "lower(name, NULL)");
        check("now()", "now()");
        check("(!paid).is_null()", "(!paid).is_null()");
        check("!paid.is_null()", "!paid.is_null()");
        check("price == 1.5e-7", "price == 1.5e-7");
        check("n.is_in([1, -2, true, NULL])", "n.is_in([1, -2, true, NULL])");
        check(r#"name == "a\"\\\u{7f}\n'é""#, r#"name == "a\"\\\u{7f}\n'é""#);
        check("-9223372036854775808", "-9223372036854775808");
        check("größe <= 3", "größe <= 3");
    }

    #[test]
    fn what_is_wrong_is_told() {
        let check = |text, message: &str| {
            let error = ExpressionState::parse(text).unwrap_err();
            assert_eq!(error.message(), format!("`{text}` is no expression: {message}"));
        };
        check("", "a value is missing at its end");
        check("pages >", "a value is missing at its end");
        check("(pages > 0", "`)` is missing at its end");
        check("pages 0", "an operator is missing before `0`");
        check("a; drop table post", "an operator is missing before `; drop table post`");
        check("name == \"a", "the end of a text is missing before `\"a`");
        check(r#"name == "\q""#, r#"what is escaped is missing before `"\q"`"#);
        check("99999999999999999999", "a value is missing before `99999999999999999999`");
        assert!(ExpressionState::parse(&"(".repeat(10_000)).is_err());
        assert!(ExpressionState::parse(&"!".repeat(10_000)).is_err());
    }
}

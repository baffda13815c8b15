//! What stands inside `#[model(…)]`: words, `word = value` and `word(values)`.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token, parenthesized};

use crate::errors::Errors;

/// One option.
pub(super) struct Given {
    pub(super) name: Ident,
    pub(super) value: Value,
}

pub(super) enum Value {
    Word,
    Is(Expr),
    List(Vec<Expr>),
}

impl Parse for Given {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `abstract` is a reserved word.
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Is(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let inner;
            parenthesized!(inner in input);
            let list = Punctuated::<Expr, Token![,]>::parse_terminated(&inner)?;
            Value::List(list.into_iter().collect())
        } else {
            Value::Word
        };
        Ok(Self { name, value })
    }
}

/// The options of a field or a model, by name. Those that may come often are kept in order.
#[derive(Default)]
pub(super) struct Options {
    once: HashMap<String, Given>,
    pub(super) often: Vec<Given>,
}

impl Options {
    /// Reads them from the attributes, and reports those that nobody knows.
    pub(super) fn read(
        attributes: &[Attribute],
        known: &[&str],
        often: &[&str],
        whose: &str,
        errors: &mut Errors,
    ) -> Self {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|own| own.path().is_ident("model")) {
            let list = Punctuated::<Given, Token![,]>::parse_terminated;
            let given = match attribute.parse_args_with(list) {
                Ok(given) => given,
                Err(mistake) => {
                    errors.add(mistake);
                    continue;
                }
            };
            for option in given {
                let name = option.name.to_string();
                let is_call = !matches!(option.value, Value::Word);
                if often.contains(&name.as_str()) && (is_call || !known.contains(&name.as_str())) {
                    options.often.push(option);
                } else if !known.contains(&name.as_str()) {
                    let why = unknown(&name, known, often, whose);
                    errors.at(option.name.span(), why);
                } else {
                    let span = option.name.span();
                    if options.once.insert(name.clone(), option).is_some() {
                        errors.at(span, format!("`{name}` is given twice"));
                    }
                }
            }
        }
        options
    }

    pub(super) fn span(&self, name: &str) -> Option<Span> {
        self.once.get(name).map(|given| given.name.span())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.once.contains_key(name)
    }

    /// `word`, or `word = true`.
    pub(super) fn flag(&self, name: &str, errors: &mut Errors) -> Option<bool> {
        let given = self.once.get(name)?;
        match &given.value {
            Value::Word => Some(true),
            Value::Is(Expr::Lit(ExprLit { lit: Lit::Bool(value), .. })) => Some(value.value),
            _ => {
                errors.at(
                    given.name.span(),
                    format!("`{name}` stands alone, or is `{name} = false`"),
                );
                None
            }
        }
    }

    pub(super) fn text(&self, name: &str, errors: &mut Errors) -> Option<LitStr> {
        match self.expr(name, "\"text\"", errors)? {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
            _ => self.wrong(name, "\"text\"", errors),
        }
    }

    pub(super) fn number(&self, name: &str, errors: &mut Errors) -> Option<LitInt> {
        match self.expr(name, "10", errors)? {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.clone()),
            _ => self.wrong(name, "10", errors),
        }
    }

    pub(super) fn path(&self, name: &str, example: &str, errors: &mut Errors) -> Option<Path> {
        match self.expr(name, example, errors)? {
            Expr::Path(path) => Some(path.path.clone()),
            _ => self.wrong(name, example, errors),
        }
    }

    /// `word = expression`.
    pub(super) fn expr(&self, name: &str, example: &str, errors: &mut Errors) -> Option<&Expr> {
        match &self.once.get(name)?.value {
            Value::Is(value) => Some(value),
            _ => self.wrong(name, example, errors),
        }
    }

    /// `word(a, b)`, `word = [a, b]` or `word = a`.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&Expr>> {
        Some(match &self.once.get(name)?.value {
            Value::List(values) => values.iter().collect(),
            Value::Is(Expr::Array(values)) => values.elems.iter().collect(),
            Value::Is(value) => vec![value],
            Value::Word => Vec::new(),
        })
    }

    fn wrong<T>(&self, name: &str, example: &str, errors: &mut Errors) -> Option<T> {
        if let Some(span) = self.span(name) {
            errors.at(span, format!("write `{name} = {example}`"));
        }
        None
    }
}

fn unknown(name: &str, known: &[&str], often: &[&str], whose: &str) -> String {
    let all = || known.iter().chain(often);
    let near = all().min_by_key(|own| distance(own, name));
    if let Some(near) = near.filter(|own| distance(own, name) <= 2) {
        return format!("{whose} knows no `{name}`; did you mean `{near}`?");
    }
    let all: Vec<String> = all().map(|own| format!("`{own}`")).collect();
    format!("{whose} knows no `{name}`; there are {}", all.join(", "))
}

/// How many letters have to change to make one name the other (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut corner = line;
        row[0] = line + 1;
        for (index, own) in other.iter().enumerate() {
            let change = corner + usize::from(letter != *own);
            corner = row[index + 1];
            row[index + 1] = change.min(corner + 1).min(row[index] + 1);
        }
    }
    row[other.len()]
}

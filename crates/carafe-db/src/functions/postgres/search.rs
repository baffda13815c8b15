//! Searching texts by words.

use std::marker::PhantomData;

use carafe_model::query::{Expr, Expression, Filter, Function, Node, RawPart};
use carafe_model::{Field, SearchVector, Value};

use super::{infix, named};
use crate::query::Output;

/// The words of texts, with where they stand (Django's `SearchVector`): of one expression, or of a
/// tuple. NULL has no words.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::{SearchWords, search_query, search_vector};
///
/// # #[derive(Model)] struct Post { id: i64, title: String, body: Option<String> }
/// let words = search_vector((Post::TITLE, Post::BODY)).language("english");
/// let found = Post::all().filter(words.matches(&search_query("wine").language("english")));
/// ```
///
/// A column of the kind [`SearchVector`] that the database computes, with an index, is faster:
/// it has [`SearchWords::matches`] too.
pub fn search_vector<M>(texts: impl Output<M>) -> Searched<M> {
    Searched { texts: texts.into_nodes(), language: None, weight: None, model: PhantomData }
}

/// See [`search_vector`].
pub struct Searched<M> {
    texts: Vec<Node>,
    language: Option<String>,
    weight: Option<char>,
    model: PhantomData<fn() -> M>,
}

impl<M> Searched<M> {
    /// By the rules of a language: a configuration of the database, `english`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// With a weight, from `A` (most) to `D`; another letter is `D`.
    pub fn weight(mut self, weight: char) -> Self {
        self.weight = Some(if matches!(weight, 'A'..='C') { weight } else { 'D' });
        self
    }

    /// These words and others: with other weights, say.
    pub fn and(&self, other: &Self) -> Expr<M, SearchVector> {
        Expr::new(Node::Call(Function::Infix("||"), vec![self.node(), other.node()]))
    }
}

impl<M> Expression for Searched<M> {
    type Model = M;
    type Type = SearchVector;

    fn node(&self) -> Node {
        let mut texts = Vec::with_capacity(self.texts.len() * 2);
        for (at, text) in self.texts.iter().enumerate() {
            if at > 0 {
                texts.push(Node::Value(Value::Text(" ".to_owned())));
            }
            texts.push(text.clone());
        }
        let text = Node::Call(Function::Concat, texts);
        let vector = named("TO_TSVECTOR", with_language(self.language.as_deref(), vec![text]));
        match self.weight {
            // One of four letters.
            Some(weight) => {
                let weight = Node::Raw(vec![RawPart::Sql(format!("'{weight}'").into())]);
                named("SETWEIGHT", vec![vector, weight])
            }
            None => vector,
        }
    }
}

impl<M> Output<M> for &Searched<M> {
    type Returned = crate::query::Flat<SearchVector>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

pub(super) fn with_language(language: Option<&str>, mut arguments: Vec<Node>) -> Vec<Node> {
    if let Some(language) = language {
        let language = Node::Value(Value::Text(language.to_owned()));
        let named = vec![RawPart::Node(language), RawPart::Sql("::text::regconfig".into())];
        arguments.insert(0, Node::Raw(named));
    }
    arguments
}

/// How the words of a search are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Search {
    /// All words, in any order.
    #[default]
    Plain,
    /// All words, one behind the other.
    Phrase,
    /// By operators: `wine & !(red | cheap)`. Mistakes in them are errors of the database.
    Raw,
    /// As search engines read it: `wine -red "from France" or cheese`. Nothing is a mistake.
    Web,
}

/// What is searched for (Django's `SearchQuery`): all of the words, unless
/// [`kind`](SearchQuery::kind) says something else.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::{Search, SearchWords, search_query, search_vector};
///
/// # #[derive(Model)] struct Post { id: i64, body: String }
/// let wanted = search_query("wine -red").kind(Search::Web).or(&search_query("cheese"));
/// let found = Post::all().filter(search_vector(Post::BODY).matches(&wanted));
/// ```
pub fn search_query<M>(words: impl Into<String>) -> SearchQuery<M> {
    let words = Node::Value(Value::Text(words.into()));
    SearchQuery { words: Words::Text(words, Search::Plain, None), model: PhantomData }
}

/// One word, whatever stands in it (Django's `Lexeme`): for words that people type, one by one.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::{SearchWords, search_vector, search_word};
///
/// # #[derive(Model)] struct Post { id: i64, body: String }
/// let typed = search_word("wi").prefix().and(&search_word("red").negated());
/// let found = Post::all().filter(search_vector(Post::BODY).matches(&typed));
/// ```
///
/// It is reduced by the rules of its language as the words of the text are.
pub fn search_word<M>(word: impl Into<String>) -> SearchQuery<M> {
    let words = Words::Word { word: word.into(), marks: String::new(), language: None };
    SearchQuery { words, model: PhantomData }
}

/// See [`search_query`].
pub struct SearchQuery<M> {
    words: Words,
    model: PhantomData<fn() -> M>,
}

#[derive(Clone)]
enum Words {
    Text(Node, Search, Option<String>),
    Word { word: String, marks: String, language: Option<String> },
    Joined(Node),
}

impl<M> SearchQuery<M> {
    /// Read in another way.
    pub fn kind(mut self, kind: Search) -> Self {
        if let Words::Text(_, how, _) = &mut self.words {
            *how = kind;
        }
        self
    }

    /// By the rules of a language: a configuration of the database, `english`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        match &mut self.words {
            Words::Text(.., known) | Words::Word { language: known, .. } => {
                *known = Some(language.into());
            }
            Words::Joined(_) => {}
        }
        self
    }

    /// Words that begin with it, where it is a [`search_word`].
    pub fn prefix(self) -> Self {
        self.marked('*')
    }

    /// Words of that weight only, from `A` to `D`, where it is a [`search_word`]; another letter is `D`.
    pub fn weight(self, weight: char) -> Self {
        self.marked(if matches!(weight, 'A'..='C') { weight } else { 'D' })
    }

    fn marked(mut self, mark: char) -> Self {
        if let Words::Word { marks, .. } = &mut self.words {
            marks.push(mark);
        }
        self
    }

    /// Both are searched for.
    pub fn and(&self, other: &Self) -> Self {
        self.joined("&&", other)
    }

    /// Either is searched for.
    pub fn or(&self, other: &Self) -> Self {
        self.joined("||", other)
    }

    /// What does not match is searched for.
    pub fn negated(&self) -> Self {
        let negated = vec![RawPart::Sql("!! ".into()), RawPart::Node(self.node())];
        Self { words: Words::Joined(Node::Raw(negated)), model: PhantomData }
    }

    fn joined(&self, symbol: &'static str, other: &Self) -> Self {
        let node = Node::Call(Function::Infix(symbol), vec![self.node(), other.node()]);
        Self { words: Words::Joined(node), model: PhantomData }
    }

    pub(super) fn node(&self) -> Node {
        match &self.words {
            Words::Joined(node) => node.clone(),
            Words::Word { word, marks, language } => {
                // Between quotes an operator is a letter; a word of nothing is none.
                let word = word.trim().replace('\\', "\\\\").replace('\'', "''");
                let marks = if marks.is_empty() { String::new() } else { format!(":{marks}") };
                let word = if word.is_empty() { word } else { format!("'{word}'{marks}") };
                let word = Node::Value(Value::Text(word));
                named("TO_TSQUERY", with_language(language.as_deref(), vec![word]))
            }
            Words::Text(words, kind, language) => {
                let name = match kind {
                    Search::Plain => "PLAINTO_TSQUERY",
                    Search::Phrase => "PHRASETO_TSQUERY",
                    Search::Raw => "TO_TSQUERY",
                    Search::Web => "WEBSEARCH_TO_TSQUERY",
                };
                named(name, with_language(language.as_deref(), vec![words.clone()]))
            }
        }
    }
}

/// What may be asked of the words of a text.
pub trait SearchWords: Expression<Type: Field<Base = SearchVector>> {
    /// Whether what is searched for is there (`@@`).
    fn matches(&self, query: &SearchQuery<Self::Model>) -> Filter<Self::Model> {
        infix(self.node(), "@@", query.node())
    }
}

impl<E: Expression<Type: Field<Base = SearchVector>>> SearchWords for E {}

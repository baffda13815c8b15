//! What a search has found: how well it matches, and where.

use std::marker::PhantomData;

use carafe_model::query::{Expression, Lookups, Node, OrderTerm};
use carafe_model::schema::Kind;
use carafe_model::{Field, SearchVector, Value};

use super::named;
use super::search::{SearchQuery, with_language};
use crate::functions::Text;
use crate::query::{Flat, Orders, Output};

/// How well the words match (Django's `SearchRank`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::{search_query, search_rank, search_vector};
///
/// # #[derive(Model)] struct Post { id: i64, body: String }
/// let rank = search_rank(&search_vector(Post::BODY), &search_query("wine"));
/// let best = Post::all().order_by(rank.normalized(1).desc()).limit(10);
/// ```
pub fn search_rank<M>(
    words: &impl Expression<Model = M, Type: Field<Base = SearchVector>>,
    query: &SearchQuery<M>,
) -> SearchRank<M> {
    let arguments = vec![words.node(), query.node()];
    SearchRank { name: "TS_RANK", weights: None, arguments, normalized: None, model: PhantomData }
}

/// See [`search_rank`].
pub struct SearchRank<M> {
    name: &'static str,
    weights: Option<[f32; 4]>,
    arguments: Vec<Node>,
    normalized: Option<u8>,
    model: PhantomData<fn() -> M>,
}

impl<M> SearchRank<M> {
    /// What words of the weights D, C, B and A count; without it 0.1, 0.2, 0.4 and 1.
    pub fn weights(mut self, weights: [f32; 4]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// By how near the words stand to each other, too (`cover_density`).
    pub fn by_nearness(mut self) -> Self {
        self.name = "TS_RANK_CD";
        self
    }

    /// With regard to the length of the text: the sum of PostgreSQL's flags. 1 divides by the logarithm
    /// of the length, 2 by the length, 32 brings the rank to below 1.
    pub fn normalized(mut self, flags: u8) -> Self {
        self.normalized = Some(flags);
        self
    }
}

impl<M> Expression for SearchRank<M> {
    type Model = M;
    type Type = f32;

    fn node(&self) -> Node {
        let mut arguments = Vec::with_capacity(4);
        if let Some(weights) = &self.weights {
            let weights = weights.iter().map(|weight| Value::F64((*weight).into()));
            arguments.push(Node::Value(Value::Array(weights.collect())));
        }
        arguments.extend(self.arguments.iter().cloned());
        let flags = |flags: u8| Node::Typed(Value::I64(flags.into()), Kind::Integer);
        arguments.extend(self.normalized.map(flags));
        named(self.name, arguments)
    }
}

impl<M> Output<M> for SearchRank<M> {
    type Returned = Flat<f32>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

impl<M> Orders<M> for SearchRank<M> {
    fn into_terms(self) -> Vec<OrderTerm> {
        self.asc().into_terms()
    }
}

/// The part of a text that matches, with what was searched for between `<b>` and `</b>` (Django's
/// `SearchHeadline`). The text itself is not escaped: escape it before it becomes HTML.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::{search_headline, search_query};
///
/// # #[derive(Model)] struct Post { id: i64, body: String }
/// let found = search_headline(Post::BODY, &search_query("wine")).between("<mark>", "</mark>").words(5, 12);
/// let lines = Post::all().values(found);
/// ```
pub fn search_headline<E: Text>(
    text: E,
    query: &SearchQuery<E::Model>,
) -> SearchHeadline<E::Model> {
    let (text, query) = (text.node(), query.node());
    SearchHeadline { text, query, language: None, options: Vec::new(), model: PhantomData }
}

/// See [`search_headline`].
pub struct SearchHeadline<M> {
    text: Node,
    query: Node,
    language: Option<String>,
    options: Vec<String>,
    model: PhantomData<fn() -> M>,
}

impl<M> SearchHeadline<M> {
    /// By the rules of a language: a configuration of the database, `english`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// With these before and behind what was searched for.
    pub fn between(self, before: &str, behind: &str) -> Self {
        self.with("StartSel", &quoted(before)).with("StopSel", &quoted(behind))
    }

    /// From so many to so many words long.
    pub fn words(self, from: u16, to: u16) -> Self {
        self.with("MinWords", &from.to_string()).with("MaxWords", &to.to_string())
    }

    /// Words of so many letters or fewer stand neither at its beginning nor at its end.
    pub fn short_words(self, letters: u16) -> Self {
        self.with("ShortWord", &letters.to_string())
    }

    /// Up to so many pieces, with this between them.
    pub fn pieces(self, most: u16, between: &str) -> Self {
        self.with("MaxFragments", &most.to_string()).with("FragmentDelimiter", &quoted(between))
    }

    /// The whole text, not a part of it.
    pub fn whole(self) -> Self {
        self.with("HighlightAll", "true")
    }

    fn with(mut self, option: &str, value: &str) -> Self {
        self.options.push(format!("{option}={value}"));
        self
    }
}

/// A text as an option of the function: between quotes, which are doubled in it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

impl<M> Expression for SearchHeadline<M> {
    type Model = M;
    type Type = Option<String>;

    fn node(&self) -> Node {
        let arguments = vec![self.text.clone(), self.query.clone()];
        let mut arguments = with_language(self.language.as_deref(), arguments);
        if !self.options.is_empty() {
            arguments.push(Node::Value(Value::Text(self.options.join(", "))));
        }
        named("TS_HEADLINE", arguments)
    }
}

impl<M> Output<M> for SearchHeadline<M> {
    type Returned = Flat<Option<String>>;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}

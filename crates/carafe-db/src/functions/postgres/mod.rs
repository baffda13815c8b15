//! What only PostgreSQL computes: searching texts, likeness of texts, arrays, ranges, hstore.
//!
//! Other databases say that they have no such function, when they are asked.
//!
//! ```
//! use carafe::prelude::*;
//! use carafe::db::functions::postgres::{ArrayLookups, SearchWords, search_query, search_rank, search_vector};
//! use carafe::models::Array;
//!
//! #[derive(Model)]
//! struct Post { id: i64, title: String, body: String, tags: Array<String> }
//!
//! let (words, wanted) = (search_vector((Post::TITLE, Post::BODY)), search_query("wine & cheese"));
//! let found = Post::all()
//!     .filter(words.matches(&wanted) & Post::TAGS.overlaps(["food", "drink"]))
//!     .order_by(search_rank(&words, &wanted).desc());
//! ```

mod array;
mod found;
mod hstore;
#[cfg(feature = "jiff")]
mod now;
mod range;
mod related;
mod search;
mod similar;

pub use array::{ArrayLookups, array_of};
pub use found::{SearchHeadline, SearchRank, search_headline, search_rank};
pub use hstore::HStoreLookups;
#[cfg(feature = "jiff")]
pub use now::transaction_now;
pub use range::RangeLookups;
pub use related::{
    corr, covar_pop, covar_sample, regr_avgx, regr_avgy, regr_count, regr_intercept, regr_r2,
    regr_slope, regr_sxx, regr_sxy, regr_syy,
};
pub use search::{
    Search, SearchQuery, SearchWords, Searched, search_query, search_vector, search_word,
};
pub use similar::{
    SimilarLookups, strict_word_similarity, trigram_distance, trigram_similarity, unaccent,
    word_similarity,
};

use carafe_model::query::{Filter, Function, Node};

/// A condition by an operator of PostgreSQL.
fn infix<M>(left: Node, symbol: &'static str, right: Node) -> Filter<M> {
    Filter::new(Node::Call(Function::Infix(symbol), vec![left, right]))
}

fn named(name: &'static str, arguments: Vec<Node>) -> Node {
    Node::Call(Function::Named(name), arguments)
}

//! Likeness of texts, and letters without their accents.

use carafe_model::query::{Expr, Filter, Function, Node, Of, Operand};

use super::{infix, named};
use crate::functions::Text;

/// The text without accents (Django's `unaccent`); by the extension `unaccent`.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::unaccent;
///
/// # #[derive(Model)] struct City { id: i64, name: String }
/// let found = City::all().filter(unaccent(City::NAME).icontains("munchen"));
/// ```
pub fn unaccent<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    Expr::new(named("UNACCENT", vec![text.node()]))
}

macro_rules! likeness {
    ($($(#[$doc:meta])+ $name:ident = $node:expr;)+) => {
        $(
            $(#[$doc])+
            pub fn $name<E: Text, How>(
                text: E,
                other: impl Operand<E::Model, String, How>,
            ) -> Expr<E::Model, Of<E, f64>> {
                let node: fn(Node, Node) -> Node = $node;
                Expr::new(node(text.node(), other.into_node()))
            }
        )+
    };
}

likeness! {
    /// How alike two texts are, from 0 to 1 (`TrigramSimilarity`); by the extension `pg_trgm`, as all
    /// of likeness.
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::trigram_similarity;
    ///
    /// # #[derive(Model)] struct City { id: i64, name: String }
    /// let likely = City::all().order_by(trigram_similarity(City::NAME, "Munich").desc()).limit(5);
    /// ```
    trigram_similarity = |text, other| named("SIMILARITY", vec![text, other]);
    /// How far two texts are apart, from 0 to 1 (`TrigramDistance`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::trigram_distance;
    ///
    /// # #[derive(Model)] struct City { id: i64, name: String }
    /// let likely = City::all().order_by(trigram_distance(City::NAME, "Munich")).limit(5);
    /// ```
    trigram_distance = |text, other| Node::Call(Function::Infix("<->"), vec![text, other]);
    /// How alike the other text and a part of this one are (`TrigramWordSimilarity`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::word_similarity;
    ///
    /// # #[derive(Model)] struct City { id: i64, name: String }
    /// let likely = City::all().order_by(word_similarity(City::NAME, "York").desc()).limit(5);
    /// ```
    word_similarity = |text, other| named("WORD_SIMILARITY", vec![other, text]);
    /// How alike the other text and whole words of this one are (`TrigramStrictWordSimilarity`).
    ///
    /// ```
    /// use carafe::prelude::*;
    /// use carafe::db::functions::postgres::strict_word_similarity;
    ///
    /// # #[derive(Model)] struct City { id: i64, name: String }
    /// let likely = City::all().order_by(strict_word_similarity(City::NAME, "York").desc()).limit(5);
    /// ```
    strict_word_similarity = |text, other| named("STRICT_WORD_SIMILARITY", vec![other, text]);
}

/// Whether texts are alike, by the thresholds of the database.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::postgres::SimilarLookups;
///
/// # #[derive(Model)] struct City { id: i64, name: String }
/// let likely = City::all().filter(City::NAME.is_like("Munich") | City::NAME.has_word_like("Munich"));
/// ```
pub trait SimilarLookups: Text {
    /// Whether the texts are alike (`trigram_similar`).
    fn is_like<How>(&self, other: impl Operand<Self::Model, String, How>) -> Filter<Self::Model> {
        infix(self.node(), "%", other.into_node())
    }

    /// Whether a part of it is like the other (`trigram_word_similar`).
    fn has_part_like<How>(
        &self,
        other: impl Operand<Self::Model, String, How>,
    ) -> Filter<Self::Model> {
        infix(self.node(), "%>", other.into_node())
    }

    /// Whether whole words of it are like the other (`trigram_strict_word_similar`).
    fn has_word_like<How>(
        &self,
        other: impl Operand<Self::Model, String, How>,
    ) -> Filter<Self::Model> {
        infix(self.node(), "%>>", other.into_node())
    }
}

impl<E: Text> SimilarLookups for E {}

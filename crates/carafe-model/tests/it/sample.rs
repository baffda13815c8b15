//! The models that the tests share: a small library.

use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

#[derive(Choices, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    #[choice(default)]
    Planned,
    #[choice(label = "In the shops")]
    OnSale,
    #[choice(value = "gone")]
    SoldOut,
}

#[derive(Model, Debug, PartialEq)]
pub(crate) struct Publisher {
    pub(crate) id: i64,
    #[model(max_length = 100, unique)]
    pub(crate) name: String,
    #[model(max_length = 2)]
    pub(crate) country: Option<String>,
    #[model(by = Book::PUBLISHER)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, PartialEq)]
pub(crate) struct Author {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[model(email)]
    pub(crate) mail: Option<String>,
    #[model(symmetrical)]
    pub(crate) friends: ManyToMany<Author>,
    #[model(by = Book::AUTHORS)]
    pub(crate) books: HasMany<Book>,
}

#[derive(Model, Debug, PartialEq)]
#[model(ordering(title, -published), comment = "What we sell", verbose_name = "title on sale")]
#[model(check(pages_gt_0, pages > 0), unique(lower(title), name = "uniq_lower_title"))]
#[model(index(publisher, -published, condition = status == "planned", include = [title]))]
pub(crate) struct Book {
    pub(crate) id: i64,
    #[model(max_length = 100, help_text = "As on the cover", was = "name")]
    pub(crate) title: String,
    #[model(slug, unique)]
    pub(crate) slug: String,
    #[model(min = 1, max = 10_000, column = "page_count")]
    pub(crate) pages: i32,
    #[model(max_digits = 6, decimal_places = 2)]
    pub(crate) price: Decimal,
    #[model(default = Status::Planned, index)]
    pub(crate) status: Status,
    pub(crate) published: Option<Date>,
    #[model(auto_now)]
    pub(crate) changed: Timestamp,
    #[model(db_default = now(), editable = false)]
    pub(crate) made: Timestamp,
    #[model(generated = length(title), stored)]
    pub(crate) title_length: i32,
    #[model(on_delete = set_null, related_name = "books")]
    pub(crate) publisher: Option<ForeignKey<Publisher>>,
    pub(crate) authors: ManyToMany<Author>,
}

//! Models with something of everything that all databases have.

use carafe::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

#[derive(Model, Debug)]
#[model(comment = "All that's read")]
#[model(check(pages_gt_0, pages > 0), check(named, title != "" && title != "none"))]
#[model(unique(lower(title), name = "uniq_lower_title"))]
#[model(unique(place, condition = !lent && place != 0, name = "one_a_place"))]
#[model(index(pages, -title), index(length(title), name = "by_length"))]
#[model(index(place, condition = lent, include = [title], method = "btree"))]
pub(crate) struct Book {
    pub(crate) id: i64,
    #[model(max_length = 100, comment = "As on the cover")]
    pub(crate) title: String,
    pub(crate) pages: i32,
    #[model(max_length = 13, unique)]
    pub(crate) isbn: Option<String>,
    pub(crate) lent: bool,
    #[model(index)]
    pub(crate) place: i32,
    #[model(on_delete = db_set_null)]
    pub(crate) main_author: Option<ForeignKey<Author>>,
    pub(crate) shelf: Option<ForeignKey<Shelf>>,
    pub(crate) authors: ManyToMany<Author>,
}

#[derive(Model, Debug)]
pub(crate) struct Author {
    pub(crate) id: i64,
    #[model(max_length = 100)]
    pub(crate) name: String,
    pub(crate) best: Option<ForeignKey<Book>>,
    pub(crate) friends: ManyToMany<Author>,
}

#[derive(Model, Debug)]
pub(crate) struct Publisher {
    pub(crate) id: i32,
    pub(crate) name: String,
    #[model(db_default = "it's\\?")]
    pub(crate) country: String,
    #[model(db_default = 4 - 7)]
    pub(crate) rank: i16,
    #[model(db_default = true)]
    pub(crate) open: bool,
    #[model(db_default = now())]
    pub(crate) since: Timestamp,
    #[model(db_default = now())]
    pub(crate) day: Date,
    #[model(generated = upper(name) + "!", stored)]
    pub(crate) shout: String,
    #[model(generated = length(name), stored)]
    pub(crate) letters: i32,
}

#[derive(Model, Debug)]
#[model(unique(book, title))]
pub(crate) struct Chapter {
    pub(crate) id: i64,
    #[model(on_delete = db_cascade)]
    pub(crate) book: ForeignKey<Book>,
    #[model(max_length = 50)]
    pub(crate) title: String,
}

#[derive(Model, Debug)]
pub(crate) struct Shelf {
    #[model(primary_key)]
    pub(crate) room: i16,
    #[model(primary_key)]
    pub(crate) number: i32,
    pub(crate) label: String,
}

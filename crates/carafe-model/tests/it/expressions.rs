//! Conditions and computations, as the compiler takes them.

use carafe::models::query::{Expr, Filter, Lookups, Node, TextLookups};
use carafe::prelude::*;

use crate::sample::{Author, Book, Publisher};

#[test]
fn values_columns_and_options_stand_beside_a_column() {
    let publisher = Publisher::blank();
    let _: Vec<Filter<Book>> = vec![
        Book::PAGES.eq(3),
        Book::PAGES.lt(Book::PAGES),
        Book::TITLE.eq("Emma") | Book::TITLE.ieq("emma"),
        Book::TITLE.eq(String::from("Emma")) ^ Book::TITLE.eq(&String::new()),
        Book::PUBLISHER.on(Publisher::COUNTRY).eq("DE"),
        Book::PUBLISHER.on(Publisher::COUNTRY).eq(None),
        Book::PUBLISHER.eq(&publisher) & Book::PUBLISHER.eq(7),
        Book::PUBLISHER.eq(publisher.key()) & Book::PUBLISHER.is_in([1, 4]),
        Book::PUBLISHER.eq(Some(publisher.key())) | Book::PUBLISHER.eq(None),
        Book::AUTHORS.is_in([1, 4]) & !Book::AUTHORS.is_null(),
        Book::AUTHORS.on(Author::NAME).icontains("a"),
        (Book::PAGES + 1).gt(Book::PAGES * 2 - 3),
        Book::PAGES.between(1, Book::PAGES),
    ];
    let _: Expr<Book, i32> = 1 + Book::PAGES;
}

#[test]
fn none_asks_for_null_and_an_empty_list_for_nothing() {
    let null = Book::PUBLISHER.on(Publisher::COUNTRY).eq(None::<String>).into_node();
    assert!(matches!(null, Node::IsNull(_)), "{null:?}");
    let nothing = Book::ID.is_in(Vec::<i64>::new()).into_node();
    assert!(matches!(&nothing, Node::Or(parts) if parts.is_empty()), "{nothing:?}");
}

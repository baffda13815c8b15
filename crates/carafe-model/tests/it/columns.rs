//! Typed names of fields.

use carafe::models::Column;
use carafe::prelude::*;

use crate::sample::{Author, Book, Publisher};

// A path is a constant, and one that may lead nowhere is an `Option`, once.
const COUNTRY: Column<Book, Option<String>> = Book::PUBLISHER.on(Publisher::COUNTRY);
const NAME: Column<Book, Option<String>> = Book::PUBLISHER.on(Publisher::NAME);
const FRIENDS: Column<Book, Option<String>> = Book::AUTHORS.on(Author::FRIENDS).on(Author::NAME);

#[track_caller]
fn check<T>(column: Column<Book, T>, expected: &str) {
    assert_eq!(column.to_string(), expected);
    let last = column.schema().unwrap();
    assert_eq!(Some(last.name), expected.rsplit('.').next());
}

#[test]
fn a_path_is_followed() {
    check(Book::TITLE, "title");
    check(COUNTRY, "publisher.country");
    check(NAME, "publisher.name");
    check(FRIENDS, "authors.friends.name");
    check(Book::PUBLISHER.on(Publisher::BOOKS).on(Book::AUTHORS), "publisher.books.authors");
    assert_eq!(format!("{FRIENDS:?}"), "Book.authors.friends.name");
}

#[test]
fn a_path_that_is_too_long_is_an_error() {
    let two = Author::FRIENDS.on(Author::FRIENDS);
    let four = two.on(two);
    let eight = four.on(four);
    assert_eq!(eight.path().unwrap().len(), 8);
    assert_eq!(eight.on(Author::NAME).path().unwrap().len(), 9);
    let ten = eight.on(two);
    assert!(ten.path().is_err() && ten.hops().is_none());
    assert!(ten.to_string().is_empty());
    assert!(Author::FRIENDS.on(eight_and_a_name()).path().is_err());
}

fn eight_and_a_name() -> Column<Author, Option<String>> {
    let four = Author::FRIENDS.on(Author::FRIENDS).on(Author::FRIENDS).on(Author::FRIENDS);
    four.on(four).on(Author::NAME)
}

#[test]
fn a_column_finds_its_field() {
    let mut book = Book { title: "Emma".into(), ..Book::blank() };
    assert_eq!(Book::TITLE.of(&book), Some(&"Emma".to_owned()));
    *Book::PAGES.of_mut(&mut book).unwrap() = 400;
    assert_eq!(book.pages, 400);
    assert_eq!(COUNTRY.of(&book), None);
}

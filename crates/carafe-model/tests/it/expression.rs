//! Conditions as data.

use carafe::prelude::*;

#[derive(Model)]
#[model(check(a, (pages > 0 && !draft) || title.is_null()))]
#[model(check(b, price * 2 >= -1.5 + pages % 3, message = "Too cheap."))]
#[model(check(c, status.is_in(["new", "old"]) && lower(title) != "x"))]
#[model(check("d e", coalesce(title, "") == "" || draft == true))]
#[model(index("-pages", title, name = "by_pages", method = "btree"))]
#[model(unique(title, pages, nulls_equal = true, deferred = true, message = "Twice."))]
#[model(ordering = ["-pages", "title"], table = "books", was = "livres", verbose_name_plural = "library")]
struct Book {
    id: i64,
    title: Option<String>,
    status: String,
    pages: i32,
    price: f64,
    draft: bool,
}

#[derive(Model)]
#[model(proxy = Book)]
struct Cheap {
    id: i64,
}

#[test]
fn a_condition_is_kept_as_it_is_written() {
    let told: Vec<String> =
        Book::schema().checks.iter().map(|check| check.condition.to_string()).collect();
    assert_eq!(
        told,
        [
            "((pages > 0) && !draft) || title.is_null()",
            "(price * 2) >= (-1.5 + (pages % 3))",
            "status.is_in([\"new\", \"old\"]) && (lower(title) != \"x\")",
            "(coalesce(title, \"\") == \"\") || (draft == true)",
        ],
    );
    let names: Vec<&str> = Book::schema().checks.iter().map(|check| check.name).collect();
    assert_eq!(names, ["a", "b", "c", "d e"]);
    assert_eq!(Book::schema().checks[1].message, Some("Too cheap."));
}

#[test]
fn a_condition_names_its_fields() {
    let mut names = Vec::new();
    Book::schema().checks[2].condition.fields(&mut |name| names.push(name));
    assert_eq!(names, ["status", "title"]);
}

#[test]
fn a_model_has_its_options() {
    let schema = Book::schema();
    assert_eq!((schema.table, schema.was), ("books", Some("livres")));
    assert_eq!(schema.verbose_name_plural, "library");
    let index = schema.indexes[0];
    assert_eq!((index.name, index.method), (Some("by_pages"), Some("btree")));
    assert!(index.parts[0].descending && !index.parts[1].descending);
    let unique = schema.uniques[0];
    assert!(unique.nulls_equal && unique.deferred);
    assert_eq!(unique.message, Some("Twice."));
    assert!(schema.ordering[0].descending);
    assert!(schema.managed && !Cheap::schema().managed);
    assert!((Cheap::schema().proxy_of.unwrap())().is(schema));
}

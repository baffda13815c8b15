//! A model as data, pinned.

use std::fmt::Write;

use carafe::models::schema::{Auto, Default, FieldSchema, ModelSchema, Moment, Term};
use carafe::prelude::*;
use expect_test::{Expect, expect};

use crate::sample::{Author, Book, Publisher, Status};

#[track_caller]
fn check(schema: &ModelSchema, expected: Expect) {
    expected.assert_eq(&told(schema));
}

/// What a schema says, as people read it.
fn told(schema: &ModelSchema) -> String {
    let mut text = format!("{} {} ({})\n", schema.name, schema.table, schema.verbose_name_plural);
    for field in schema.fields {
        writeln!(text, "  {}", of_field(field)).unwrap();
    }
    for check in schema.checks {
        writeln!(text, "  check {}: {}", check.name, check.condition).unwrap();
    }
    for unique in schema.uniques {
        writeln!(text, "  unique {:?}: {}", unique.name, parts(unique.parts)).unwrap();
    }
    for index in schema.indexes {
        let condition = index.condition.map(|condition| format!(" where {condition}"));
        let condition = condition.unwrap_or_default();
        writeln!(text, "  index {}{condition} +{:?}", parts(index.parts), index.include).unwrap();
    }
    writeln!(text, "  order {}", parts(schema.ordering)).unwrap();
    text
}

fn of_field(field: &FieldSchema) -> String {
    let column = if field.width == 0 { field.name.to_owned() } else { field.columns().join("+") };
    let mut words = vec![format!("{column} {:?}", field.kind)];
    let mut say = |is: bool, word: &str| words.extend(is.then(|| word.to_owned()));
    say(field.null, "null");
    say(field.blank && !field.null, "blank");
    say(field.primary_key, "key");
    say(matches!(field.auto, Auto::Database), "counted");
    say(field.unique, "unique");
    say(field.indexed, "index");
    say(!field.editable, "fixed");
    say(field.moment == Moment::Saved, "auto_now");
    say(field.is_required(), "required");
    say(!field.choices.is_empty(), "choices");
    say(!field.validators.is_empty(), "validated");
    words.extend(field.max_length.map(|length| format!("max_length={length}")));
    words.extend(field.max_digits.map(|digits| format!("digits={digits}")));
    words.extend(field.decimal_places.map(|places| format!("places={places}")));
    words.extend(field.was.map(|was| format!("was={was}")));
    words.extend(field.generated.map(|own| format!("generated={}", own.expression)));
    words.extend(match field.default {
        Default::Constant(make) => Some(format!("default={:?}", make())),
        Default::Database(expression) => Some(format!("default={expression}")),
        _ => None,
    });
    words.extend(field.relation.map(|relation| {
        let target = relation.target();
        let back = relation.reverse_of.map(|place| target.fields[usize::from(place())].name);
        format!("{:?}→{} {:?} {back:?}", relation.kind, target.name, relation.on_delete)
    }));
    words.join(" ")
}

fn parts(parts: &[Term]) -> String {
    let one =
        |part: &Term| format!("{}{}", if part.descending { "-" } else { "" }, part.expression);
    parts.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_model_is_data() {
    check(
        Book::schema(),
        expect![[r#"
            Book book (title on sales)
              id BigInteger key counted
              title Text required max_length=100 was=name
              slug Slug unique required max_length=50
              page_count Integer required validated
              price Decimal required digits=6 places=2
              status Text index choices default=Text("planned")
              published Date null
              changed Timestamp auto_now
              made Timestamp fixed default=now()
              title_length Integer generated=length(title)
              publisher_id Key null index ForeignKey→Publisher SetNull None
              authors Related blank ManyToMany→Author Cascade None
              check pages_gt_0: pages > 0
              unique Some("uniq_lower_title"): lower(title)
              index publisher, -published where status == "planned" +["title"]
              order title, -published
        "#]],
    );
    check(
        Publisher::schema(),
        expect![[r#"
            Publisher publisher (publishers)
              id BigInteger key counted
              name Text unique required max_length=100
              country Text null max_length=2
              books Related blank HasMany→Book Cascade Some("publisher")
              order 
        "#]],
    );
    check(
        Author::schema(),
        expect![[r#"
            Author author (authors)
              id BigInteger key counted
              name Text required
              mail Email null max_length=254
              friends Related blank ManyToMany→Author Cascade None
              books Related blank HasMany→Book Cascade Some("authors")
              order 
        "#]],
    );
}

#[test]
fn a_field_knows_its_place() {
    for (index, field) in Book::schema().fields.iter().enumerate() {
        assert_eq!((usize::from(field.index), field.model), (index, "Book"));
    }
    assert_eq!(Book::schema().width(), 11);
    assert_eq!(Book::schema().columns().len(), 11);
    let publisher = Book::schema().field("publisher").unwrap();
    assert_eq!(Book::schema().offset(publisher), 10);
    assert_eq!(Book::schema().field_of_column("page_count").unwrap().name, "pages");
    assert!(Book::schema().field_of_column("pages").is_none());
}

#[test]
fn an_unknown_field_is_told_with_those_there_are() {
    expect!["Cannot resolve keyword 'nope' into field. Choices are: books, country, id, name"]
        .assert_eq(&Publisher::schema().field("nope").unwrap_err().to_string());
}

#[test]
fn choices_stand_in_the_schema() {
    let choices = Book::schema().field("status").unwrap().choices;
    let told: Vec<String> =
        choices.iter().map(|own| format!("{} {}", own.value, own.label)).collect();
    assert_eq!(told, ["\"planned\" Planned", "\"on_sale\" In the shops", "\"gone\" Sold out"]);
    assert_eq!(Status::OnSale.label(), "In the shops");
}

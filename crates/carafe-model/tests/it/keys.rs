//! Primary keys: counted, natural, composite, made here.

use carafe::models::model::parts_of;
use carafe::models::schema::Auto;
use carafe::models::{Cursor, Value};
use carafe::prelude::*;
use uuid::Uuid;

use crate::data::Text;

#[derive(Model, Debug, PartialEq)]
struct Country {
    #[model(primary_key, max_length = 2)]
    code: String,
}

#[derive(Model)]
struct Ticket {
    id: Uuid,
}

#[derive(Model)]
struct Chosen {
    #[model(natural)]
    id: i64,
}

#[derive(Model, Debug)]
struct Line {
    #[model(primary_key)]
    country: ForeignKey<Country>,
    #[model(primary_key)]
    number: i32,
}

#[derive(Model)]
struct Remark {
    id: i64,
    line: ForeignKey<Line>,
    other: Option<ForeignKey<Line>>,
}

#[test]
fn the_key_says_who_makes_it() {
    let auto =
        |schema: &carafe::models::schema::ModelSchema| schema.primary_key().next().unwrap().auto;
    assert!(matches!(auto(Remark::schema()), Auto::Database));
    assert!(matches!(auto(Ticket::schema()), Auto::Function(_)));
    assert!(matches!(auto(Country::schema()), Auto::None));
    assert!(matches!(auto(Chosen::schema()), Auto::None));
    assert!(matches!(auto(Line::schema()), Auto::None));
}

#[test]
fn a_uuid_is_made_here_and_sorts_by_time() {
    let (first, second) = (Ticket::blank(), Ticket::blank());
    assert_eq!(first.id.get_version_num(), 7);
    assert_ne!(first.id, second.id);
    assert_eq!(first.pk(), Some(first.id));
}

#[test]
fn a_composite_key_is_referred_to_by_several_columns() {
    assert_eq!(Line::schema().columns(), ["country_id", "number"]);
    assert_eq!(
        Remark::schema().columns(),
        ["id", "line_country_id", "line_number", "other_country_id", "other_number"],
    );
    let key = ("FR".to_owned(), 3);
    let line = Line { country: ForeignKey::from_pk("FR".to_owned()), number: 3 };
    assert_eq!(line.pk(), Some(key.clone()));
    assert_eq!(parts_of(&line), Some(vec![Value::Text("FR".into()), Value::I64(3)]));
    assert_eq!(Line::blank().pk(), None);

    let mut row = Text(vec![
        Value::I64(1),
        Value::Text("FR".into()),
        Value::I64(3),
        Value::Null,
        Value::Null,
    ]);
    let mut remark = Remark::read(&mut Cursor::new(&mut row, 0, Remark::schema())).unwrap();
    assert_eq!(remark.line.pk(), Some(&key));
    assert!(remark.other.is_none());
    remark.set_all("other", vec![Value::Text("DE".into()), Value::I64(9)]).unwrap();
    assert_eq!(remark.get_all("other").unwrap().len(), 2);
    assert!(remark.set("line", Value::Text("DE".into())).is_err());
}

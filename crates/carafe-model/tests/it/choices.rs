//! Enums in columns.

use carafe::models::{FieldType, Value};
use carafe::prelude::*;

use crate::data::Text;
use crate::sample::Status;

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Priority {
    Low = -1,
    High = 5,
}

#[test]
fn a_variant_is_its_value() {
    let values: Vec<Value> = Status::ALL.iter().map(|own| own.into_value()).collect();
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(values, [text("planned"), text("on_sale"), text("gone")]);
    assert_eq!(Priority::Low.into_value(), Value::I64(-1));
    assert_eq!((Priority::from_number(5), Priority::from_number(0)), (Some(Priority::High), None));
    assert_eq!((Status::from_text("gone"), Status::from_text("")), (Some(Status::SoldOut), None));
    assert_eq!(Priority::from_text("5"), None);
}

#[test]
fn what_is_no_variant_is_an_error_that_lists_them() {
    let read = |value: Value| {
        Status::from_reader(&mut Text(vec![value]), 0).map_err(|error| error.to_string())
    };
    assert_eq!(read(Value::Text("on_sale".into())), Ok(Status::OnSale));
    let error = read(Value::Text("secret".into())).unwrap_err();
    assert_eq!(error, "the value of column `c0` is not one of \"planned\", \"on_sale\", \"gone\"");
    assert!(read(Value::Null).is_err());
}

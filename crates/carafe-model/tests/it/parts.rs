//! Parts that are embedded in models.

use carafe::models::model::values;
use carafe::models::{Column, Cursor, Value};
use carafe::prelude::*;

use crate::data::Text;

#[derive(Model, Debug, PartialEq)]
#[model(abstract)]
struct Address {
    street: String,
    #[model(default = "Paris")]
    city: String,
}

#[derive(Model, Debug, PartialEq)]
struct Shop {
    id: i64,
    #[model(flatten)]
    address: Address,
    open: bool,
    owner: ForeignKey<Owner>,
}

#[derive(Model, Debug, PartialEq)]
struct Owner {
    id: i64,
    #[model(flatten)]
    home: Address,
}

const CITY: Column<Shop, String> = Shop::ADDRESS.on(Address::CITY);
const OWNERS_CITY: Column<Shop, String> = Shop::OWNER.on(Owner::HOME).on(Address::CITY);

#[test]
fn the_fields_of_a_part_are_fields_of_the_model() {
    let schema = Shop::schema();
    assert_eq!(schema.columns(), ["id", "street", "city", "open", "owner_id"]);
    assert!(schema.fields.iter().all(|field| field.model == "Shop"));
    assert_eq!(CITY.to_string(), "city");
    assert_eq!(OWNERS_CITY.to_string(), "owner.city");
    assert_eq!(OWNERS_CITY.schema().unwrap().model, "Owner");
    assert_eq!(Shop::OPEN.schema().unwrap().name, "open");
}

#[test]
fn an_instance_reaches_into_its_parts() {
    let mut shop = Shop::blank();
    assert_eq!(shop.address.city, "Paris");
    shop.set("street", Value::Text("Rue".into())).unwrap();
    shop.set("open", Value::Bool(true)).unwrap();
    assert_eq!((shop.address.street.as_str(), shop.open), ("Rue", true));
    assert_eq!(shop.get("city"), Ok(Value::Text("Paris".into())));
    assert_eq!(CITY.of(&shop), Some(&"Paris".to_owned()));
    assert!(shop.field_at(5).is_none());

    shop.id = 1;
    shop.owner = ForeignKey::from_pk(2);
    let written = values(&shop);
    let read = Shop::read(&mut Cursor::new(&mut as_stored(written), 0, Shop::schema())).unwrap();
    assert_eq!(read, shop);
}

/// `true` is 1 where the database has no such type.
fn as_stored(values: Vec<Value>) -> Text {
    let one = |value| match value {
        Value::Bool(yes) => Value::I64(yes.into()),
        value => value,
    };
    Text(values.into_iter().map(one).collect())
}

//! Models that continue another one, or show it in another way.

use carafe::models::schema::{OnDelete, RelationKind};
use carafe::models::{Column, Cursor, Value, model};
use carafe::prelude::*;

use crate::data::Text;

#[derive(Model, Debug, PartialEq)]
#[model(table = "places", ordering = "name")]
struct Place {
    id: i64,
    name: String,
    #[model(by = Cafe::PLACE)]
    cafe: HasOne<Cafe>,
}

#[derive(Model, Debug, PartialEq)]
struct Cafe {
    #[model(parent)]
    place: OneToOne<Place>,
    seats: i32,
}

/// A continuation of a continuation.
#[derive(Model, Debug, PartialEq)]
struct Bar {
    #[model(parent)]
    cafe: OneToOne<Cafe>,
    late: bool,
}

#[derive(Model)]
#[model(proxy = Place, ordering = "-name", verbose_name = "nice place")]
struct NicePlace {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(proxy = NicePlace)]
struct NicestPlace {
    id: i64,
}

const NAME: Column<Bar, String> = Bar::CAFE.on(Cafe::PLACE).on(Place::NAME);
const SEATS: Column<Place, Option<i32>> = Place::CAFE.on(Cafe::SEATS);

#[test]
fn a_model_continues_another_one() {
    let key = Cafe::schema().field("place").unwrap();
    let relation = key.relation.unwrap();
    assert!(relation.parent && key.primary_key && key.column == "place_id");
    assert_eq!((relation.kind, relation.target().name), (RelationKind::OneToOne, "Place"));
    // Deleting the parent deletes what continues it.
    assert!(matches!(relation.on_delete, OnDelete::Cascade));
    assert_eq!(Cafe::schema().columns(), ["place_id", "seats"]);
    assert_eq!(NAME.to_string(), "cafe.place.name");
    assert_eq!(SEATS.to_string(), "cafe.seats");
}

#[test]
fn its_key_is_that_of_its_parent() {
    let place = Place { id: 3, name: "Corner".into(), ..Place::blank() };
    let cafe = Cafe { place: OneToOne::loaded(place), seats: 12 };
    let bar = Bar { cafe: (&cafe).into(), late: true };
    assert_eq!((cafe.pk(), bar.pk()), (Some(3), Some(3)));
    assert_eq!(cafe.place.get().unwrap().name, "Corner");
    assert_eq!((Cafe::blank().pk(), Bar::blank().pk()), (None, None));

    let mut row = Text(model::values(&cafe));
    assert_eq!(row.0, [Value::I64(3), Value::I64(12)]);
    let read = Cafe::read(&mut Cursor::new(&mut row, 0, Cafe::schema())).unwrap();
    assert_eq!(read, cafe);
    assert!(read.place.get().is_err_and(|error| error.is_not_loaded()));
}

#[test]
fn a_proxy_shows_the_table_of_its_model() {
    for schema in [NicePlace::schema(), NicestPlace::schema()] {
        assert_eq!((schema.table, schema.managed), ("places", false));
    }
    assert_eq!((NicePlace::TABLE, Place::TABLE), ("places", "places"));
    assert!((NicePlace::schema().proxy_of.unwrap())().is(Place::schema()));
    assert!((NicestPlace::schema().proxy_of.unwrap())().is(NicePlace::schema()));
    // It is a model of its own, with names and an order of its own.
    assert!(!NicePlace::schema().is(Place::schema()));
    assert_eq!(NicePlace::schema().verbose_name, "nice place");
    assert!(NicePlace::schema().ordering[0].descending);
}

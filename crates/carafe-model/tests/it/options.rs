//! Options of fields and models beyond the common ones.

use std::borrow::Cow;

use carafe::models::schema::{DatePart, UniqueFor};
use carafe::models::{Invalid, validate};
use carafe::prelude::*;
use jiff::civil::Date;

#[derive(Choices, Clone, Copy, Debug, PartialEq)]
enum Medium {
    #[choice(group = "Audio", default)]
    Vinyl,
    #[choice(group = "Audio")]
    Tape,
    Unknown,
}

#[derive(Model)]
struct User {
    id: i64,
    is_staff: bool,
    age: i32,
}

#[derive(Model)]
#[model(abstract)]
struct Owned {
    #[model(related_name = "owned_{model}s", limit_choices_to = is_staff)]
    owner: ForeignKey<User>,
}

#[derive(Model)]
#[model(latest_by(-begins, title), default_related_name = "rentals")]
#[model(exclude(no_overlap, (room, "="), (ends, "&&"), condition = !void, method = "spgist", deferred = true, message = "Taken.", code = "taken"))]
#[model(exclude("by name", (lower(title), "=")))]
#[model(index(title.class("text_pattern_ops"), -begins.class("date_ops")))]
#[model(check(positive, room > 0, message = "No such room.", code = "room"))]
#[model(unique(room, begins, message = "Twice.", code = "twice"))]
struct Rental {
    id: i64,
    #[model(unique_for_date = begins, unique_for_month = begins, unique_for_year = r#begins)]
    #[model(max_length = 3, error_messages(blank = "Say what.", max_length = "Say less."))]
    title: String,
    #[model(validate = is_even, error_messages(odd = "Even rooms only."))]
    room: i32,
    begins: Date,
    ends: Option<Date>,
    void: bool,
    medium: Medium,
    #[model(limit_choices_to = (is_staff && age >= 18) || lower("A") == "a")]
    by: ForeignKey<User>,
    #[model(related_name = "guests")]
    guest: Option<ForeignKey<User>>,
    helpers: ManyToMany<User>,
    #[model(flatten)]
    owned: Owned,
}

fn is_even(number: i32) -> Result<(), Invalid> {
    if number % 2 == 0 { Ok(()) } else { Err(Invalid::new("odd", "This is odd.")) }
}

#[test]
fn a_model_says_what_excludes_what() {
    let [overlap, by_name] = Rental::schema().exclusions else { panic!("two") };
    let parts: Vec<String> = overlap
        .parts
        .iter()
        .map(|(own, operator)| format!("{} {operator}", own.expression))
        .collect();
    assert_eq!((overlap.name, parts), ("no_overlap", vec!["room =".into(), "ends &&".into()]));
    assert_eq!(overlap.condition.unwrap().to_string(), "!void");
    assert_eq!((overlap.method, overlap.deferred), (Some("spgist"), true));
    assert_eq!((overlap.message, overlap.code), (Some("Taken."), Some("taken")));
    assert_eq!((by_name.name, by_name.method), ("by name", None));
    assert_eq!(by_name.parts[0].0.expression.to_string(), "lower(title)");
}

#[test]
fn an_index_has_operator_classes() {
    let parts = Rental::schema().indexes[0].parts;
    assert_eq!((parts[0].class, parts[0].descending), (Some("text_pattern_ops"), false));
    assert_eq!((parts[1].class, parts[1].descending), (Some("date_ops"), true));
    assert_eq!(parts[1].expression.to_string(), "begins");
}

#[test]
fn a_model_has_a_latest_row() {
    let latest = Rental::schema().latest_by;
    let told: Vec<String> = latest.iter().map(|own| own.expression.to_string()).collect();
    assert_eq!((told, latest[0].descending), (vec!["begins".into(), "title".into()], true));
}

#[test]
fn a_value_exists_once_a_day() {
    let title = Rental::schema().field("title").unwrap();
    let begins = Rental::schema().field("begins").unwrap();
    let once = |part| UniqueFor { field: "begins", part };
    assert_eq!(
        title.unique_for,
        [once(DatePart::Date), once(DatePart::Month), once(DatePart::Year)]
    );
    let told = title.unique_for.iter().map(|own| own.violated(title, begins).message);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "Title must be unique for begins date.",
            "Title must be unique for begins month.",
            "Title must be unique for begins year."
        ]
    );
}

#[test]
fn sentences_are_ones_own() {
    let rental = |title: &str, room| {
        let own = ForeignKey::from_pk(1);
        let rental = Rental { title: title.into(), room, begins: Date::MAX, ..Rental::blank() };
        Rental { by: own.clone(), owned: Owned { owner: own }, ..rental }
    };
    let told = |rental: &Rental| validate::record(rental).err().map(|errors| errors.to_string());
    assert_eq!(told(&rental("abc", 2)), None);
    assert_eq!(told(&rental("", 3)).unwrap(), "room: Even rooms only. title: Say what.");
    assert_eq!(told(&rental("abcd", 2)).unwrap(), "title: Say less.");
    let errors = validate::record(&rental("abc", -2)).unwrap_err();
    let general = &errors.general()[0];
    assert_eq!((general.code, general.message.as_str()), ("room", "No such room."));
    assert_eq!(Rental::schema().uniques[0].code, Some("twice"));
}

#[test]
fn a_relation_is_limited_and_named() {
    let field = |name: &str| Rental::schema().field(name).unwrap();
    let limit = |name: &str| field(name).relation.unwrap().limit.map(|own| own.to_string());
    assert_eq!(limit("by").unwrap(), "(is_staff && (age >= 18)) || (lower(\"A\") == \"a\")");
    assert_eq!((limit("owner").as_deref(), limit("guest")), (Some("is_staff"), None));
    let named = |name: &str| field(name).related_name().map(Cow::into_owned);
    for (name, expected) in
        [("by", "rentals"), ("guest", "guests"), ("helpers", "rentals"), ("owner", "owned_rentals")]
    {
        assert_eq!(named(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(named("title"), None);
}

#[test]
fn choices_stand_in_groups() {
    let groups: Vec<Option<&str>> = Medium::CHOICES.iter().map(|own| own.group).collect();
    assert_eq!(groups, [Some("Audio"), Some("Audio"), None]);
}

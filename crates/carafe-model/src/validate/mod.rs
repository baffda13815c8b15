//! What is wrong with an instance, found without a database: as its methods ([`Validate`]), and as
//! functions over instances of any model.

mod address;
mod condition;
mod number;
mod text;

use crate::model::Record;
use crate::schema::{Auto, Default, Expression, FieldSchema, Kind, Literal, Moment, Validator};
use crate::{Invalid, Invalids, Value};

/// What is wrong with an instance by itself.
pub trait Validate: Record + Sized {
    /// Checks each field, the model's own `clean` and its check constraints; an error lists all
    /// that is wrong, by field. What needs the database (uniqueness, rows that are referred to) is
    /// left out; `full_clean(&db)` of carafe-db checks it too.
    ///
    /// ```
    /// use carafe::models::{Model, Validate};
    ///
    /// #[derive(Model)]
    /// #[model(check(pages_gt_0, pages > 0))]
    /// struct Book {
    ///     id: i64,
    ///     #[model(max_length = 5)]
    ///     title: String,
    ///     pages: i32,
    /// }
    /// let book = Book { title: "War and Peace".into(), ..Book::blank() };
    /// let errors = book.validate().unwrap_err();
    /// assert_eq!(
    ///     errors.field("title")[0].message,
    ///     "Ensure this value has at most 5 characters (it has 13).",
    /// );
    /// assert_eq!(errors.general()[0].message, "Constraint “pages_gt_0” is violated.");
    /// ```
    fn validate(&self) -> Result<(), Invalids> {
        record(self)
    }
}

impl<T: Record> Validate for T {}

/// Checks an instance of any model, as [`Validate::validate`] does.
pub fn record(record: &dyn Record) -> Result<(), Invalids> {
    let mut errors = Invalids::default();
    fields(record, &[], &mut errors);
    record.clean(&mut errors);
    for check in record.model().checks {
        // A field that is wrong by itself has been told already.
        let mut told = false;
        check.condition.fields(&mut |name| told |= !errors.field(name).is_empty());
        if !told && condition(&check.condition, record) == Some(false) {
            errors.add_general(check.violated());
        }
    }
    errors.into_result()
}

/// Checks the fields of an instance, but for some, each by itself (Django's `clean_fields`).
pub fn fields(record: &dyn Record, except: &[&str], errors: &mut Invalids) {
    let fields = record.model().stored();
    for field in fields.filter(|field| is_given(field) && !except.contains(&field.name)) {
        // What the query has left out is as it was.
        let Ok(values) = record.get_all(field.name) else { continue };
        for value in &values {
            for mut invalid in field_errors(field, value) {
                if let Some(message) = field.message(invalid.code) {
                    message.clone_into(&mut invalid.message);
                }
                errors.add(field.name, invalid);
            }
        }
    }
}

/// Whether a condition holds for an instance; nothing where it is NULL, or where only the database can
/// know.
pub fn condition(condition: &Expression, record: &dyn Record) -> Option<bool> {
    condition::judge(condition, record)
}

/// Whether somebody gives the value: not the database, and not the clock.
fn is_given(field: &FieldSchema) -> bool {
    matches!(field.auto, Auto::None)
        && field.moment == Moment::None
        && !matches!(field.default, Default::Database(_))
        && field.generated.is_none()
}

/// What is wrong with one value of a field.
fn field_errors(field: &FieldSchema, value: &Value) -> Vec<Invalid> {
    if *value == Value::Null {
        let allowed = field.null || field.blank;
        return if allowed {
            Vec::new()
        } else {
            vec![invalid("null", "This field cannot be null.")]
        };
    }
    if is_empty(value) {
        let allowed = field.blank;
        return if allowed {
            Vec::new()
        } else {
            vec![invalid("blank", "This field cannot be blank.")]
        };
    }
    let mut errors = Vec::new();
    if !field.choices.is_empty() && !field.choices.iter().any(|own| equals(&own.value, value)) {
        let told = format!("Value {} is not a valid choice.", shown(value));
        errors.push(Invalid::new("invalid_choice", told));
    }
    errors.extend(text::format_error(field.kind, value));
    if let Some(most) = field.max_length {
        errors.extend(text::too_long(value, most));
    }
    if field.kind.base() == Kind::PositiveBigInteger {
        errors.extend(number::too_small(value, &Literal::I64(0)));
    }
    if field.kind.base() == Kind::Decimal {
        errors.extend(number::decimal_errors(field, value));
    }
    errors.extend(field.validators.iter().filter_map(|validator| rule(validator, value)));
    errors
}

fn rule(validator: &Validator, value: &Value) -> Option<Invalid> {
    match validator {
        Validator::Min(limit) => number::too_small(value, limit),
        Validator::Max(limit) => number::too_large(value, limit),
        Validator::Step(step) => number::no_step(value, step),
        Validator::MinLength(least) => text::too_short(value, *least),
        Validator::NoNul => text::has_nul(value),
        Validator::Custom(check) => check(value).err(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn equals(literal: &Literal, value: &Value) -> bool {
    match (literal, value) {
        (Literal::Text(own), Value::Text(text)) => own == text,
        (Literal::I64(own), Value::I64(number)) => own == number,
        (Literal::Bool(own), Value::Bool(value)) => own == value,
        _ => false,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{text}'"),
        Value::I64(number) => number.to_string(),
        other => other.kind().to_owned(),
    }
}

fn invalid(code: &'static str, message: &str) -> Invalid {
    Invalid::new(code, message)
}

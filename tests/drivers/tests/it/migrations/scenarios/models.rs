//! What Django's models are as the state of Carafe's tables.
//!
//! A model that extends another one (multi-table inheritance) has a one-to-one field as its key, as it is
//! written in Carafe; `order_with_respect_to` is the field `_order`, which is written out. A relation that
//! goes over a model of its own, or holds no column (`ForeignObject`), is nothing of a table.

use carafe_db::ddl::state::{
    CheckState, DefaultState, ExpressionState, FieldState, GeneratedState, IndexState, KindState,
    LiteralState, ReferenceState, State, TableState, TermState, ThroughState, UniqueState,
};
use carafe_model::schema::{Kind, Operator};
use serde_json::{Map, Value};

use super::recorded::Model;

/// So long is a text of which Django says no length, since its test never made a table of it.
const LENGTH: u32 = 100;

/// The tables of these models. `named` are all models that the scenario names, here or elsewhere: one that is
/// not described is one of another app, with a table of its own.
pub(super) fn state(models: &[Model], named: &[String]) -> State {
    let mut models = models.to_vec();
    for name in named {
        if !models.iter().any(|model| model.is(name)) {
            let (app, name) = name.split_once('.').unwrap();
            models.push(Model {
                app: app.to_owned(),
                name: name.to_owned(),
                fields: Map::new(),
                options: Map::new(),
                bases: Vec::new(),
            });
        }
    }
    let mut state = State::default();
    for model in models.iter().filter(|model| !model.is_proxy()) {
        let table = table(model, &models);
        state.tables.insert(table.name.clone(), table);
    }
    state
}

/// The models that a scenario names in relations and does not describe on either side.
pub(super) fn elsewhere(before: &[Model], after: &[Model]) -> Vec<String> {
    let both = || before.iter().chain(after);
    let mut names = Vec::new();
    for model in both() {
        let relations = model.fields.values().filter_map(|field| field["to"].as_str());
        for to in relations.chain(model.bases.iter().map(String::as_str)) {
            if !both().any(|model| model.is(to)) && !names.iter().any(|name| name == to) {
                names.push(to.to_owned());
            }
        }
    }
    names
}

fn table(model: &Model, models: &[Model]) -> TableState {
    let mut fields: Vec<FieldState> = Vec::new();
    for base in &model.bases {
        let base = concrete(base, models);
        let name = format!("{}_ptr", base.name.to_lowercase());
        let first = fields.is_empty();
        fields.push(FieldState {
            primary_key: first,
            unique: true,
            ..key_to(&name, &base.table())
        });
    }
    for (name, described) in &model.fields {
        fields.extend(field(name, described, model, models));
    }
    if !fields.iter().any(|field| field.primary_key) {
        fields.push(counted("id", Kind::Integer));
    }
    if model.options.contains_key("order_with_respect_to") {
        fields.push(plain("_order", Kind::Integer));
    }
    let mut table = TableState {
        name: model.table(),
        model: model.name.clone(),
        owner: model.app.clone(),
        managed: model.options.get("managed").and_then(Value::as_bool).unwrap_or(true),
        comment: text(model.options.get("db_table_comment")),
        fields,
        ..TableState::default()
    };
    let list =
        |option: &str| model.options.get(option).and_then(Value::as_array).into_iter().flatten();
    for together in list("unique_together") {
        table.uniques.push(UniqueState { parts: terms(together), ..UniqueState::default() });
    }
    for index in list("indexes") {
        table.indexes.push(IndexState {
            name: text(index.get("name")),
            parts: terms(&index["fields"]),
            ..IndexState::default()
        });
    }
    for constraint in list("constraints") {
        let name = text(constraint.get("name")).unwrap();
        if constraint["type"] == "UniqueConstraint" {
            let parts = terms(&constraint["fields"]);
            table.uniques.push(UniqueState { name: Some(name), parts, ..UniqueState::default() });
        } else {
            let condition = condition(&constraint["condition"]["args"][0]);
            table.checks.push(CheckState { name, condition });
        }
    }
    table
}

fn field(name: &str, described: &Value, model: &Model, models: &[Model]) -> Option<FieldState> {
    let said = |key: &str| described[key].as_bool().unwrap_or(false);
    let own = match described["type"].as_str().unwrap() {
        "AutoField" => counted(name, Kind::Integer),
        "BigAutoField" => counted(name, Kind::BigInteger),
        "SmallAutoField" => counted(name, Kind::SmallInteger),
        "IntegerField" => plain(name, Kind::Integer),
        "CharField" => long(plain(name, Kind::Text), described),
        "FileField" => long(plain(name, Kind::File), described),
        "TextField" => plain(name, Kind::Text),
        "DateField" => plain(name, Kind::Date),
        "DateTimeField" => plain(name, Kind::Timestamp),
        "TimeField" => plain(name, Kind::Time),
        "GeneratedField" => FieldState {
            generated: Some(GeneratedState {
                expression: computed(&described["expression"], model),
                stored: said("db_persist"),
            }),
            ..long(plain(name, Kind::Text), &described["output_field"])
        },
        "ForeignKey" => FieldState {
            indexed: true,
            ..key_to(name, &concrete(described["to"].as_str().unwrap(), models).table())
        },
        "HardcodedForeignKey" => FieldState { indexed: true, ..key_to(name, "testapp_author") },
        "OneToOneField" => FieldState {
            unique: true,
            ..key_to(name, &concrete(described["to"].as_str().unwrap(), models).table())
        },
        "ManyToManyField" if described.get("through").is_none() => {
            many(name, model, concrete(described["to"].as_str().unwrap(), models))
        }
        "ManyToManyField" | "ForeignObject" | "CompositePrimaryKey" => return None,
        other => panic!("{other} of {} is not known", model.name),
    };
    Some(FieldState {
        column: text(described.get("db_column")).unwrap_or(own.column),
        null: said("null"),
        primary_key: said("primary_key"),
        unique: own.unique || said("unique"),
        indexed: own.indexed || said("db_index"),
        default: default(described),
        ..own
    })
}

/// The model whose table another one shows.
fn concrete<'m>(name: &str, models: &'m [Model]) -> &'m Model {
    let model = models.iter().find(|model| model.is(name)).unwrap();
    if model.is_proxy() { concrete(&model.bases[0], models) } else { model }
}

fn plain(name: &str, kind: Kind) -> FieldState {
    FieldState {
        name: name.to_owned(),
        was: None,
        kind: KindState::Plain(kind),
        column: name.to_owned(),
        null: false,
        primary_key: false,
        counted: false,
        unique: false,
        indexed: false,
        max_length: None,
        digits: None,
        default: None,
        generated: None,
        comment: None,
        reference: None,
    }
}

fn counted(name: &str, kind: Kind) -> FieldState {
    FieldState { primary_key: true, counted: true, ..plain(name, kind) }
}

fn long(field: FieldState, described: &Value) -> FieldState {
    let length = described["max_length"].as_u64().map_or(LENGTH, |own| u32::try_from(own).unwrap());
    FieldState { max_length: Some(length), ..field }
}

fn key_to(name: &str, table: &str) -> FieldState {
    FieldState {
        column: format!("{name}_id"),
        reference: Some(ReferenceState::Key {
            table: table.to_owned(),
            constrained: true,
            on_delete: None,
        }),
        ..plain(name, Kind::Key)
    }
}

fn many(name: &str, model: &Model, to: &Model) -> FieldState {
    let column = |model: &Model| format!("{}_id", model.name.to_lowercase());
    FieldState {
        reference: Some(ReferenceState::Many {
            table: to.table(),
            constrained: true,
            through: ThroughState {
                table: format!("{}_{name}", model.table()),
                from: vec![column(model)],
                to: vec![column(to)],
            },
        }),
        ..plain(name, Kind::Related)
    }
}

/// What the database knows is kept; a value and a moment are what the program knows.
fn default(described: &Value) -> Option<DefaultState> {
    if let Some(kept) = described.get("db_default").and_then(Value::as_str) {
        let literal = LiteralState::Text(kept.to_owned());
        return Some(DefaultState::Database(ExpressionState::Literal(literal)));
    }
    if described.get("auto_now").is_some() || described.get("auto_now_add").is_some() {
        return Some(DefaultState::Now);
    }
    match described.get("default")? {
        Value::String(text) => {
            Some(DefaultState::Constant(carafe_model::Value::Text(text.clone())))
        }
        // An object of the program.
        _ => Some(DefaultState::Function),
    }
}

/// `Concat` and `Lower`, over fields or columns.
fn computed(expression: &Value, model: &Model) -> ExpressionState {
    if let Some(name) = expression.as_str() {
        let column = name.strip_suffix("_id").filter(|name| model.fields.contains_key(*name));
        return ExpressionState::Field(column.unwrap_or(name).to_owned());
    }
    let mut arguments =
        expression["args"].as_array().unwrap().iter().map(|own| computed(own, model));
    let first = arguments.next().unwrap();
    if expression["type"] == "Lower" {
        return ExpressionState::Call("lower".to_owned(), vec![first]);
    }
    arguments.fold(first, |left, right| {
        ExpressionState::Binary(Box::new(left), Operator::Add, Box::new(right))
    })
}

/// `["name__contains", "Bob"]`: a condition of a table has no `contains`, for which another one stands, since a
/// scenario asks no more than whether it is the same.
fn condition(lookup: &Value) -> ExpressionState {
    let (name, value) = (lookup[0].as_str().unwrap(), &lookup[1]);
    let (field, lookup) = name.rsplit_once("__").unwrap();
    let field = Box::new(ExpressionState::Field(field.to_owned()));
    let operator = match lookup {
        "contains" => Operator::Ne,
        "gt" => Operator::Gt,
        "in" => {
            // A list, or Python's keys of a dictionary, which are the same to Django.
            let text = value.to_string().replace('"', "'");
            let names = text.split('\'').filter(|name| name.chars().all(char::is_alphabetic));
            let literals = names.filter(|name| !name.is_empty());
            let literals = literals.map(|name| LiteralState::Text(name.to_owned())).collect();
            return ExpressionState::Not(Box::new(ExpressionState::In(field, literals)));
        }
        _ => panic!("nobody knows {lookup}"),
    };
    let literal = match value.as_i64() {
        Some(number) => LiteralState::I64(number),
        None => LiteralState::Text(value.as_str().unwrap().to_owned()),
    };
    ExpressionState::Binary(field, operator, Box::new(ExpressionState::Literal(literal)))
}

fn terms(fields: &Value) -> Vec<TermState> {
    let names = fields.as_array().unwrap().iter().filter_map(Value::as_str);
    let term = |name: &str| TermState {
        expression: ExpressionState::Field(name.to_owned()),
        descending: false,
        class: None,
    };
    names.map(term).collect()
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

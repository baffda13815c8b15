//! Tables of a state as models, so that what asks and writes works on them as on today's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use carafe_core::suggest::nearest;
use carafe_core::{Error, Result};
use carafe_model::schema::{
    Auto, CustomKind, Default, Expression, FieldSchema, Generated, Kind, Literal, ModelSchema,
    NamedTable, Relation, RelationKind, Target, Through,
};

use crate::ddl::state::{
    DefaultState, FieldState, KindState, ReferenceState, State, TableState, ThroughState,
};
use crate::ddl::{ColumnType, columns_of, key_columns};

/// A table that may not be put together yet, as tables refer to each other.
type Slot = &'static OnceLock<ModelSchema>;

/// The tables of a state as models, each put together when it is first asked for.
///
/// A model lives as long as the program, and so do these. A step is called once, and needs a few tables.
pub(super) struct Schemas {
    state: Arc<State>,
    known: Mutex<BTreeMap<String, Slot>>,
}

impl Schemas {
    pub(super) fn new(state: Arc<State>) -> Self {
        Self { state, known: Mutex::default() }
    }

    /// The table of that name.
    pub(super) fn find(&self, name: &str) -> Result<&'static ModelSchema> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = Making { state: &self.state, known: &mut known }.slot(name)?;
        found.and_then(|slot| slot.get()).ok_or_else(|| {
            let error = Error::setup(format!("there is no table `{name}` at that point"));
            let tables = self.state.tables.keys().map(String::as_str);
            let names: Vec<&str> =
                tables.chain(between(&self.state).map(|(own, ..)| &*own.table)).collect();
            match nearest(name, names.iter().copied()) {
                Some(known) => error.hint(format!("did you mean `{known}`?")),
                None => error.hint(format!("there are: {}", names.join(", "))),
            }
        })
    }
}

/// The tables between of a state, with those on both sides.
fn between(state: &State) -> impl Iterator<Item = (&ThroughState, &TableState, &str)> {
    state.tables.values().flat_map(|own| {
        own.fields.iter().filter_map(move |field| match &field.reference {
            Some(ReferenceState::Many { table, through, .. }) => {
                Some((through, own, table.as_str()))
            }
            _ => None,
        })
    })
}

struct Making<'m> {
    state: &'m State,
    known: &'m mut BTreeMap<String, Slot>,
}

impl Making<'_> {
    fn slot(&mut self, name: &str) -> Result<Option<Slot>> {
        if let Some(slot) = self.known.get(name) {
            return Ok(Some(slot));
        }
        let state = self.state;
        let own = state.tables.get(name);
        let made = between(state).find(|(through, ..)| through.table == name);
        if own.is_none() && made.is_none() {
            return Ok(None);
        }
        let slot: Slot = Box::leak(Box::default());
        self.known.insert(name.to_owned(), slot);
        let schema = match (own, made) {
            (Some(own), _) => self.table(own)?,
            (None, Some((through, from, to))) => self.between(through, from, to)?,
            (None, None) => return Ok(None),
        };
        let _ = slot.set(schema);
        Ok(Some(slot))
    }

    fn table(&mut self, own: &TableState) -> Result<ModelSchema> {
        let mut fields = Vec::with_capacity(own.fields.len());
        for field in &own.fields {
            fields.extend(self.field(own, field)?);
        }
        Ok(schema(&own.model, &own.name, fields))
    }

    fn field(&mut self, own: &TableState, field: &FieldState) -> Result<Vec<FieldSchema>> {
        if let Some(ReferenceState::Many { table, through, .. }) = &field.reference {
            let Some(target) = self.slot(table)? else { return Ok(Vec::new()) };
            let through = NamedTable {
                table: through.table.clone(),
                from: through.from.clone(),
                to: through.to.clone(),
            };
            let relation = Relation {
                through: Through::Named(Box::leak(Box::new(through))),
                ..Relation::to(RelationKind::ManyToMany, Target::Late(target))
            };
            let many = FieldSchema {
                width: 0,
                relation: Some(relation),
                ..FieldSchema::new(kept(&field.name), "", Kind::Related)
            };
            return Ok(vec![many]);
        }
        let columns = columns_of(self.state, own, field)?;
        let single = columns.len() == 1;
        let mut made = Vec::with_capacity(columns.len());
        for (column, ty) in columns {
            // What refers to a key of several columns is that many fields.
            let name = if single { &field.name } else { &column };
            let relation = match &field.reference {
                Some(ReferenceState::Key { table, constrained, .. }) if single => {
                    self.slot(table)?.map(|target| Relation {
                        constrained: *constrained,
                        ..Relation::to(RelationKind::ForeignKey, Target::Late(target))
                    })
                }
                _ => None,
            };
            made.push(FieldSchema {
                null: field.null,
                auto: if field.counted { Auto::Database } else { Auto::None },
                primary_key: field.primary_key,
                default: default(field),
                generated: field
                    .generated
                    .as_ref()
                    .map(|own| Generated { expression: SOMETHING, stored: own.stored }),
                ..plain(name, &column, &ty, relation)
            });
        }
        Ok(made)
    }

    /// The table between the two sides of a relation.
    fn between(
        &mut self,
        through: &ThroughState,
        from: &TableState,
        to: &str,
    ) -> Result<ModelSchema> {
        let id = FieldSchema {
            auto: Auto::Database,
            primary_key: true,
            ..FieldSchema::new("id", "id", Kind::BigInteger)
        };
        let mut fields = vec![id];
        let state = self.state;
        for (columns, table) in [(&through.from, Some(from)), (&through.to, state.tables.get(to))] {
            let Some(table) = table else { continue };
            let single = columns.len() == 1;
            for (column, (_, ty)) in columns.iter().zip(key_columns(state, table)?) {
                let relation = match self.slot(&table.name)? {
                    Some(target) if single => {
                        Some(Relation::to(RelationKind::ForeignKey, Target::Late(target)))
                    }
                    _ => None,
                };
                let name = column.strip_suffix("_id").filter(|_| single).unwrap_or(column);
                fields.push(plain(name, column, &ty, relation));
            }
        }
        Ok(schema(&through.table, &through.table, fields))
    }
}

/// Stands for what the database computes: that it does is all that is looked at.
const SOMETHING: Expression = Expression::Literal(Literal::Null);

fn default(field: &FieldState) -> Default {
    match &field.default {
        Some(DefaultState::Database(_)) => Default::Database(SOMETHING),
        _ => Default::None,
    }
}

fn plain(name: &str, column: &str, ty: &ColumnType, relation: Option<Relation>) -> FieldSchema {
    let kind = if relation.is_some() { Kind::Key } else { kind(&ty.kind) };
    FieldSchema {
        max_length: ty.max_length,
        max_digits: ty.digits.map(|(all, _)| all),
        decimal_places: ty.digits.map(|(_, places)| places),
        relation,
        ..FieldSchema::new(kept(name), kept(column), kind)
    }
}

fn schema(name: &str, table: &str, mut fields: Vec<FieldSchema>) -> ModelSchema {
    let name = kept(name);
    for (index, field) in (0..).zip(&mut fields) {
        field.index = index;
        field.model = name;
    }
    ModelSchema::new(name, kept(table), fields.leak())
}

fn kind(state: &KindState) -> Kind {
    let inner = |own: &KindState| -> &'static Kind { Box::leak(Box::new(kind(own))) };
    match state {
        KindState::Plain(kind) => *kind,
        KindState::Array(of) => Kind::Array(inner(of)),
        KindState::Range(of) => Kind::Range(inner(of)),
        KindState::Custom { name, base, types } => {
            let types: Vec<(&str, &str)> =
                types.iter().map(|(database, sql)| (kept(database), kept(sql))).collect();
            Kind::Custom(Box::leak(Box::new(CustomKind {
                name: kept(name),
                base: kind(base),
                types: types.leak(),
            })))
        }
    }
}

/// A text that lives as long as the program.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

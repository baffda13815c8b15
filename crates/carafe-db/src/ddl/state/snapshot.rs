//! From models to the state that their tables are to be in.

use carafe_core::{Error, Result};
use carafe_model::schema::{
    Auto, Check, Default, Exclusion, Expression, FieldSchema, Index, ModelSchema, Moment, OnDelete,
    RelationKind, Term, Unique,
};

use super::{
    CheckState, DefaultState, DeleteAction, ExclusionState, ExpressionState, FieldState,
    GeneratedState, IndexState, ReferenceState, State, TableState, TermState, ThroughState,
    UniqueState,
};
use crate::models::{Join, Listed, Models};

/// The state that the tables of these models are to be in.
///
/// A model that shows the table of another one is left out. An error where a relation leads to a
/// model that is not listed.
pub fn snapshot(models: &Models) -> Result<State> {
    models.check()?;
    let mut state = State::default();
    let mut errors = Vec::new();
    for listed in models.iter().filter(|listed| listed.schema().proxy_of.is_none()) {
        match table(listed, models) {
            Ok(table) => drop(state.tables.insert(table.name.clone(), table)),
            Err(error) => errors.push(error),
        }
    }
    Error::all(errors)?;
    Ok(state)
}

fn table(listed: &Listed, models: &Models) -> Result<TableState> {
    let schema = listed.schema();
    let mut fields = Vec::with_capacity(schema.fields.len());
    for own in schema.fields {
        if let Some(relation) = &own.relation
            && matches!(
                relation.kind,
                RelationKind::ForeignKey | RelationKind::OneToOne | RelationKind::ManyToMany
            )
        {
            is_listed(relation.target(), schema, own, models)?;
        }
        fields.extend(field(own, schema)?);
    }
    Ok(TableState {
        name: schema.table.to_owned(),
        was: schema.was.map(str::to_owned),
        model: schema.name.to_owned(),
        owner: listed.owner().name.to_owned(),
        managed: schema.managed,
        comment: schema.comment.map(str::to_owned),
        fields,
        uniques: schema.uniques.iter().map(unique).collect::<Result<_>>()?,
        checks: schema.checks.iter().map(check).collect::<Result<_>>()?,
        exclusions: schema.exclusions.iter().map(exclusion).collect::<Result<_>>()?,
        indexes: schema.indexes.iter().map(index).collect::<Result<_>>()?,
    })
}

fn is_listed(
    target: &ModelSchema,
    schema: &ModelSchema,
    field: &FieldSchema,
    models: &Models,
) -> Result<()> {
    if models.table(target.table).is_some() {
        return Ok(());
    }
    Err(Error::setup(format!(
        "`{}.{}` leads to {}, which is not listed",
        schema.name, field.name, target.name
    ))
    .hint(format!("add `{}` to `models![…]`", target.name)))
}

/// `None` for what has neither a column nor a table of its own.
fn field(field: &'static FieldSchema, model: &'static ModelSchema) -> Result<Option<FieldState>> {
    let reference = reference(field, model)?;
    if field.width == 0 && reference.is_none() {
        return Ok(None);
    }
    let one_to_one = field.relation.is_some_and(|relation| relation.kind == RelationKind::OneToOne);
    let digits = field.max_digits.map(|all| (all, field.decimal_places.unwrap_or(0)));
    Ok(Some(FieldState {
        name: field.name.to_owned(),
        was: field.was.map(str::to_owned),
        kind: field.kind.into(),
        column: field.column.to_owned(),
        null: field.null,
        primary_key: field.primary_key,
        counted: matches!(field.auto, Auto::Database),
        unique: field.unique || one_to_one,
        indexed: field.indexed,
        max_length: field.max_length,
        digits,
        default: default(field)?,
        generated: match &field.generated {
            Some(own) => Some(GeneratedState {
                expression: (&own.expression).try_into()?,
                stored: own.stored,
            }),
            None => None,
        },
        comment: field.comment.map(str::to_owned),
        reference,
    }))
}

fn default(field: &FieldSchema) -> Result<Option<DefaultState>> {
    Ok(match (&field.default, field.moment) {
        (Default::Constant(value), _) => Some(DefaultState::Constant(value())),
        (Default::Function(_), _) => Some(DefaultState::Function),
        (Default::Database(own), _) => Some(DefaultState::Database(own.try_into()?)),
        (Default::None, Moment::Created | Moment::Saved) => Some(DefaultState::Now),
        (Default::None, Moment::None) => {
            matches!(field.auto, Auto::Function(_)).then_some(DefaultState::Function)
        }
    })
}

fn reference(
    field: &'static FieldSchema,
    model: &'static ModelSchema,
) -> Result<Option<ReferenceState>> {
    let Some(relation) = &field.relation else { return Ok(None) };
    let (table, constrained) = (relation.target().table.to_owned(), relation.constrained);
    Ok(match relation.kind {
        RelationKind::ForeignKey | RelationKind::OneToOne => Some(ReferenceState::Key {
            table,
            constrained,
            on_delete: match relation.on_delete {
                OnDelete::DbCascade => Some(DeleteAction::Cascade),
                OnDelete::DbSetNull => Some(DeleteAction::SetNull),
                OnDelete::DbSetDefault => Some(DeleteAction::SetDefault),
                _ => None,
            },
        }),
        RelationKind::ManyToMany => {
            let join = Join::of(model, field)?;
            // A table between that is a model stands for itself.
            join.model().is_none().then(|| ReferenceState::Many {
                table,
                constrained,
                through: ThroughState {
                    table: join.table().to_owned(),
                    from: join.from().to_vec(),
                    to: join.to().to_vec(),
                },
            })
        }
        RelationKind::HasMany | RelationKind::HasOne => None,
    })
}

fn unique(unique: &Unique) -> Result<UniqueState> {
    Ok(UniqueState {
        name: unique.name.map(str::to_owned),
        parts: unique.parts.iter().map(term).collect::<Result<_>>()?,
        condition: optional(unique.condition.as_ref())?,
        include: owned(unique.include),
        nulls_equal: unique.nulls_equal,
        deferred: unique.deferred,
    })
}

fn check(check: &Check) -> Result<CheckState> {
    Ok(CheckState { name: check.name.to_owned(), condition: (&check.condition).try_into()? })
}

fn exclusion(exclusion: &Exclusion) -> Result<ExclusionState> {
    let part = |(own, operator): &(Term, &str)| Ok((term(own)?, (*operator).to_owned()));
    Ok(ExclusionState {
        name: exclusion.name.to_owned(),
        parts: exclusion.parts.iter().map(part).collect::<Result<_>>()?,
        condition: optional(exclusion.condition.as_ref())?,
        method: exclusion.method.map(str::to_owned),
        deferred: exclusion.deferred,
    })
}

fn index(index: &Index) -> Result<IndexState> {
    Ok(IndexState {
        name: index.name.map(str::to_owned),
        parts: index.parts.iter().map(term).collect::<Result<_>>()?,
        condition: optional(index.condition.as_ref())?,
        include: owned(index.include),
        method: index.method.map(str::to_owned),
    })
}

fn term(term: &Term) -> Result<TermState> {
    Ok(TermState {
        expression: (&term.expression).try_into()?,
        descending: term.descending,
        class: term.class.map(str::to_owned),
    })
}

fn optional(expression: Option<&Expression>) -> Result<Option<ExpressionState>> {
    expression.map(ExpressionState::try_from).transpose()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

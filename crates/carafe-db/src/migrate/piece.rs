//! What belongs to a table beside its fields.

use carafe_core::{Error, Result};

use crate::ddl::state::{
    CheckState, ExclusionState, ExpressionState, IndexState, TableState, TermState, UniqueState,
};

/// A constraint or an index of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A combination that exists once.
    Unique(UniqueState),
    /// A condition that holds for each row.
    Check(CheckState),
    /// Combinations that exclude each other.
    Exclusion(ExclusionState),
    /// An index.
    Index(IndexState),
}

impl Piece {
    /// All of a table.
    pub fn all(table: &TableState) -> Vec<Self> {
        let uniques = table.uniques.iter().cloned().map(Self::Unique);
        let checks = table.checks.iter().cloned().map(Self::Check);
        let exclusions = table.exclusions.iter().cloned().map(Self::Exclusion);
        let indexes = table.indexes.iter().cloned().map(Self::Index);
        uniques.chain(checks).chain(exclusions).chain(indexes).collect()
    }

    /// What it is, as files say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unique(_) => "unique",
            Self::Check(_) => "check",
            Self::Exclusion(_) => "exclusion",
            Self::Index(_) => "index",
        }
    }

    /// How people tell it from others: its name, or what it is made of.
    pub fn told(&self) -> String {
        let (name, parts) = match self {
            Self::Unique(own) => (own.name.as_deref(), &own.parts),
            Self::Check(own) => return format!("check `{}`", own.name),
            Self::Exclusion(own) => return format!("exclusion `{}`", own.name),
            Self::Index(own) => (own.name.as_deref(), &own.parts),
        };
        let parts = || {
            let parts: Vec<String> = parts.iter().map(|part| part.expression.to_string()).collect();
            format!("({})", parts.join(", "))
        };
        let of = name.map_or_else(parts, |name| format!("`{name}`"));
        format!("{} {of}", self.kind())
    }

    /// Calls `each` with every field that it names.
    pub fn fields<'s>(&'s self, each: &mut dyn FnMut(&'s str)) {
        let (parts, condition, include): (Vec<_>, _, &[String]) = match self {
            Self::Unique(own) => (own.parts.iter().collect(), &own.condition, &own.include),
            Self::Check(own) => return own.condition.fields(each),
            Self::Exclusion(own) => {
                (own.parts.iter().map(|(part, _)| part).collect(), &own.condition, &[])
            }
            Self::Index(own) => (own.parts.iter().collect(), &own.condition, &own.include),
        };
        for part in parts {
            part.expression.fields(each);
        }
        if let Some(condition) = condition {
            condition.fields(each);
        }
        for field in include {
            each(field);
        }
    }

    /// The same, of a table whose field has got another name.
    pub(super) fn renamed(&self, from: &str, to: &str) -> Result<Self> {
        let name = |field: &str| Ok(if field == from { to } else { field }.to_owned());
        let mut renamed = self.clone();
        let parts = |parts: &mut Vec<TermState>| -> Result<()> {
            for part in parts {
                part.expression = part.expression.renamed(&name)?;
            }
            Ok(())
        };
        let condition = |condition: &mut Option<ExpressionState>| -> Result<()> {
            if let Some(own) = condition {
                *own = own.renamed(&name)?;
            }
            Ok(())
        };
        let include = |fields: &mut Vec<String>| {
            for field in fields.iter_mut().filter(|field| *field == from) {
                to.clone_into(field);
            }
        };
        match &mut renamed {
            Self::Unique(own) => {
                parts(&mut own.parts)?;
                condition(&mut own.condition)?;
                include(&mut own.include);
            }
            Self::Check(own) => own.condition = own.condition.renamed(&name)?,
            Self::Exclusion(own) => {
                for (part, _) in &mut own.parts {
                    part.expression = part.expression.renamed(&name)?;
                }
                condition(&mut own.condition)?;
            }
            Self::Index(own) => {
                parts(&mut own.parts)?;
                condition(&mut own.condition)?;
                include(&mut own.include);
            }
        }
        Ok(renamed)
    }

    pub(super) fn add_to(&self, table: &mut TableState) -> Result<()> {
        if Self::all(table).contains(self) {
            return Err(Error::setup(format!(
                "{} of `{}` is there already",
                self.told(),
                table.name
            )));
        }
        match self {
            Self::Unique(own) => table.uniques.push(own.clone()),
            Self::Check(own) => table.checks.push(own.clone()),
            Self::Exclusion(own) => table.exclusions.push(own.clone()),
            Self::Index(own) => table.indexes.push(own.clone()),
        }
        Ok(())
    }

    pub(super) fn take_from(&self, table: &mut TableState) -> Result<()> {
        if !Self::all(table).contains(self) {
            return Err(Error::setup(format!(
                "`{}` has no such {} at that point",
                table.name,
                self.told()
            )));
        }
        match self {
            Self::Unique(own) => table.uniques.retain(|other| other != own),
            Self::Check(own) => table.checks.retain(|other| other != own),
            Self::Exclusion(own) => table.exclusions.retain(|other| other != own),
            Self::Index(own) => table.indexes.retain(|other| other != own),
        }
        Ok(())
    }
}

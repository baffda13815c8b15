//! What is said where a constraint does not hold, in Django's words.

use super::{Check, Exclusion, Expression, FieldSchema, ModelSchema, Unique};
use crate::Invalid;

impl Check {
    /// What is said of a row for which it is false.
    pub fn violated(&self) -> Invalid {
        violated(self.name, self.message, self.code)
    }
}

impl Exclusion {
    /// What is said of a row that another one excludes.
    pub fn violated(&self) -> Invalid {
        violated(self.name, self.message, self.code)
    }
}

impl Unique {
    /// Its fields, where it is made of fields alone.
    pub fn fields(&self) -> Option<Vec<&'static str>> {
        let fields = self.parts.iter().map(|part| match part.expression {
            Expression::Field(name) => Some(name),
            _ => None,
        });
        fields.collect()
    }

    /// What is said of a row of that model whose combination another one has.
    ///
    /// ```
    /// use carafe::models::Model;
    ///
    /// #[derive(Model)]
    /// #[model(unique(title, year), unique(lower(title), name = "one_title"))]
    /// struct Book { id: i64, title: String, year: i32 }
    ///
    /// let [both, lower] = Book::schema().uniques else { unreachable!() };
    /// let said = both.violated(Book::schema());
    /// assert_eq!(said.message, "Book with this Title and Year already exists.");
    /// assert_eq!(said.code, "unique_together");
    /// let said = lower.violated(Book::schema());
    /// assert_eq!(said.message, "Constraint “one_title” is violated.");
    /// ```
    pub fn violated(&self, model: &ModelSchema) -> Invalid {
        let fields = self.fields().filter(|_| self.condition.is_none() && self.message.is_none());
        let Some(fields) = fields else {
            let parts: Vec<String> =
                self.parts.iter().map(|part| part.expression.to_string()).collect();
            let name = self.name.map_or_else(|| parts.join(", "), str::to_owned);
            return violated(&name, self.message, self.code);
        };
        let fields: Vec<&FieldSchema> =
            fields.iter().filter_map(|name| model.field(name).ok()).collect();
        let said = model.taken(&fields);
        Invalid { code: self.code.unwrap_or(said.code), ..said }
    }
}

impl ModelSchema {
    /// What is said of a row whose values in these fields another one has.
    pub fn taken(&self, fields: &[&FieldSchema]) -> Invalid {
        if let [only] = fields {
            return only.taken(self);
        }
        let labels = fields.iter().map(|field| capitalised(field.verbose_name));
        Invalid::new("unique_together", exists(self, &listed(&labels.collect::<Vec<_>>())))
    }
}

impl FieldSchema {
    /// What is said of a value that another row of that model has, where each stands in one row at most.
    pub fn taken(&self, model: &ModelSchema) -> Invalid {
        match self.message("unique") {
            Some(message) => Invalid::new("unique", message),
            None => Invalid::new("unique", exists(model, &capitalised(self.verbose_name))),
        }
    }
}

fn violated(name: &str, message: Option<&str>, code: Option<&'static str>) -> Invalid {
    let message =
        message.map_or_else(|| format!("Constraint “{name}” is violated."), str::to_owned);
    Invalid::new(code.unwrap_or("violated"), message)
}

fn exists(model: &ModelSchema, labels: &str) -> String {
    format!("{} with this {labels} already exists.", capitalised(model.verbose_name))
}

/// "Title, Year and Place".
fn listed(labels: &[String]) -> String {
    match labels {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        labels => labels.concat(),
    }
}

/// With a capital letter first.
pub(super) fn capitalised(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

//! Fields whose values exist once a day, month or year.

use super::FieldSchema;
use super::violated::capitalised;
use crate::Invalid;

/// A field whose value exists once a day, month or year of another field (Django's
/// `unique_for_date` and so on). It is checked when a row is validated, and no constraint of the
/// database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UniqueFor {
    /// The field with the date.
    pub field: &'static str,
    /// How much of the date is compared.
    pub part: DatePart,
}

/// How much of a date is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePart {
    /// All of it.
    Date,
    /// The month, of whichever year.
    Month,
    /// The year.
    Year,
}

impl UniqueFor {
    /// What is said of a value that another row has, in Django's words.
    ///
    /// ```
    /// use carafe::models::Model;
    ///
    /// #[derive(Model)]
    /// struct Post {
    ///     id: i64,
    ///     #[model(slug, unique_for_month = published)]
    ///     slug: String,
    ///     published: jiff::civil::Date,
    /// }
    /// let slug = Post::schema().field("slug")?;
    /// let invalid = slug.unique_for[0].violated(slug, Post::schema().field("published")?);
    /// assert_eq!(invalid.message, "Slug must be unique for published month.");
    /// assert_eq!(invalid.code, "unique_for_date");
    /// # Ok::<(), carafe::models::Error>(())
    /// ```
    pub fn violated(self, field: &FieldSchema, date: &FieldSchema) -> Invalid {
        let part = match self.part {
            DatePart::Date => "date",
            DatePart::Month => "month",
            DatePart::Year => "year",
        };
        let label = capitalised(field.verbose_name);
        let told = format!("{label} must be unique for {} {part}.", date.verbose_name);
        Invalid::new("unique_for_date", field.message("unique_for_date").unwrap_or(&told))
    }
}

//! What a database says of its tables, before anything is made of it: types and expressions are texts
//! in its own language.

/// A table or a view, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// What it is.
    pub shape: Shape,
    /// Its comment.
    pub comment: Option<String>,
    /// Its columns, in their order.
    pub columns: Vec<DescribedColumn>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// Its foreign keys.
    pub references: Vec<DescribedReference>,
    /// Conditions that hold for each row.
    pub checks: Vec<DescribedCheck>,
    /// Its indexes, those of unique constraints among them, without that of the primary key.
    pub indexes: Vec<DescribedIndex>,
    /// Constraints by which rows exclude each other.
    pub exclusions: Vec<DescribedIndex>,
}

/// What a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A table.
    #[default]
    Table,
    /// A table whose rows are kept elsewhere: in partitions, or by another server.
    Spread,
    /// A part of another table.
    Partition,
    /// A query that looks like a table.
    View,
}

/// A column, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedColumn {
    /// Its name.
    pub name: String,
    /// Its type: `varchar(20)`.
    pub ty: String,
    /// What its type is made of, where somebody made it: `enum ('a', 'b')`.
    pub made_of: Option<String>,
    /// Whether NULL is allowed.
    pub null: bool,
    /// Whether the database counts it.
    pub counted: bool,
    /// What it holds where nobody says.
    pub default: Option<String>,
    /// From what it is computed.
    pub generated: Option<String>,
    /// Whether what is computed is stored.
    pub stored: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// A foreign key, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedReference {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that they refer to; with its schema, where that has to be said.
    pub table: String,
    /// The columns there; none means its primary key.
    pub to: Vec<String>,
    /// What becomes of the row when the other is deleted: `CASCADE`; `NO ACTION` is an empty text.
    pub on_delete: String,
    /// What becomes of the row when the other gets another key.
    pub on_update: String,
}

/// A check, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedCheck {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What must hold.
    pub condition: String,
}

/// An index, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedIndex {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Whether each combination exists once.
    pub unique: bool,
    /// Whether it is checked at the end of the transaction.
    pub deferred: bool,
    /// Whether two NULLs are the same.
    pub nulls_equal: bool,
    /// What it sorts by.
    pub parts: Vec<DescribedPart>,
    /// It holds the rows for which this is true.
    pub condition: Option<String>,
    /// Columns that it holds beside.
    pub include: Vec<String>,
    /// The method, where it is not the usual one.
    pub method: Option<String>,
    /// Of a constraint that excludes: the operator of each part.
    pub operators: Vec<String>,
}

/// A part of an index, as the database describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedPart {
    /// The column, where it is no more than that.
    pub column: Option<String>,
    /// The expression, where it is one.
    pub expression: Option<String>,
    /// How many characters of it count, where not all do.
    pub prefix: Option<u32>,
    /// From the largest to the smallest.
    pub descending: bool,
    /// The operator class, where it is not the usual one.
    pub class: Option<String>,
}

impl Described {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&DescribedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl DescribedIndex {
    /// Its columns, where it sorts by nothing else, upwards, in the usual way.
    pub fn columns(&self) -> Option<Vec<&str>> {
        let plain = |part: &DescribedPart| !part.descending && part.class.is_none();
        let is_plain = self.condition.is_none() && self.include.is_empty() && self.method.is_none();
        let columns = self.parts.iter().map(|part| part.column.as_deref());
        if !is_plain || !self.parts.iter().all(plain) {
            return None;
        }
        columns.collect()
    }
}

//! The history: what each migration changes.

/// What one migration changes in the model of that number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) model: usize,
}

/// A table is made with a name of fifty characters, and changed by one migration after another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Create,
    /// A number `n` is added, 0 in rows that are there.
    Add,
    /// The name may have a hundred characters.
    Lengthen,
    /// The number is called `r`.
    Rename,
    /// The number is indexed.
    Index,
}

const KINDS: [Kind; 5] = [Kind::Create, Kind::Add, Kind::Lengthen, Kind::Rename, Kind::Index];

/// All of them, for so many models: one change of every model, then the next one of every model.
pub(crate) fn changes(models: usize) -> impl Iterator<Item = Change> {
    KINDS.into_iter().flat_map(move |kind| (0..models).map(move |model| Change { kind, model }))
}

/// How many there are.
pub(crate) fn count(models: usize) -> usize {
    models * KINDS.len()
}

impl Change {
    /// The model to which its model leads: the one before, itself for the first one.
    pub(crate) fn previous(self) -> usize {
        previous(self.model)
    }

    /// A name for its file, which begins with its place in the history.
    pub(crate) fn name(self, place: usize) -> String {
        let what = match self.kind {
            Kind::Create => "create",
            Kind::Add => "add",
            Kind::Lengthen => "lengthen",
            Kind::Rename => "rename",
            Kind::Index => "index",
        };
        format!("{:04}_{what}_m{:03}", place + 1, self.model)
    }
}

/// The model to which a model leads.
pub(crate) fn previous(model: usize) -> usize {
    model.saturating_sub(1)
}

/// Copies what is written for model 0, which leads to model 1, for another one.
pub(crate) fn copied(text: &str, model: usize) -> String {
    // By way of names that no model has, lest one be taken for another.
    let marked = text.replace("001", "@p").replace("000", "@m");
    marked.replace("@p", &format!("{:03}", previous(model))).replace("@m", &format!("{model:03}"))
}

//! What is said of a table that stays.

use carafe_core::Result;

use super::{Change, Step};
use crate::ddl::create::comments;
use crate::ddl::{Comments, Ddl};

/// The steps that say what is said afterwards.
pub(super) fn changed(change: &Change, ddl: &dyn Ddl) -> Result<Vec<Step>> {
    let (from, to) = (&change.from, &change.to);
    let name = ddl.quote(&to.name);
    let mut made = Vec::new();
    match ddl.features().comments {
        Comments::Nowhere => {}
        // Those of columns stand in their descriptions.
        Comments::Inline => {
            if from.comment != to.comment {
                let text = ddl.text(to.comment.as_deref().unwrap_or_default())?;
                made.push(format!("ALTER TABLE {name} COMMENT = {text}"));
            }
        }
        Comments::Statements => {
            let old = comments(from, ddl);
            made.extend(comments(to, ddl).into_iter().filter(|comment| !old.contains(comment)));
            if from.comment.is_some() && to.comment.is_none() {
                made.push(format!("COMMENT ON TABLE {name} IS NULL"));
            }
            for column in to.columns.iter().filter(|column| column.comment.is_none()) {
                if from.column(&column.name).is_some_and(|before| before.comment.is_some()) {
                    let column = ddl.quote(&column.name);
                    made.push(format!("COMMENT ON COLUMN {name}.{column} IS NULL"));
                }
            }
        }
    }
    Ok(made.into_iter().map(Step::Sql).collect())
}

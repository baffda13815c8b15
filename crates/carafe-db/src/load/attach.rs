//! Rows that a query read along with others.

use carafe_core::Result;
use carafe_model::Reader;
use carafe_model::model::{Cursor, Record};
use carafe_model::schema::RelationKind;

use crate::sql::Plan;

/// Puts rows that were read along where they belong.
pub(crate) fn attach(
    record: &mut dyn Record,
    place: Option<usize>,
    reader: &mut dyn Reader,
    plan: &Plan,
) -> Result<()> {
    for (index, related) in plan.related.iter().enumerate() {
        if related.parent != place {
            continue;
        }
        let field = record.field_at_mut(related.field.into());
        // A reference that is NULL has nothing to load.
        let Some(slot) = field.and_then(|field| field.slot()) else { continue };
        if reader.is_null(related.key)? {
            // A reference to a row that is not there stays one.
            if related.may_be_missing {
                slot.share_with(related.rows.pack(RelationKind::HasOne, Vec::new())?)?;
            }
            continue;
        }
        slot.read_one(&mut Cursor::new(reader, related.column, related.model))?;
        if let Some(row) = slot.unshared().and_then(|kept| related.rows.one_mut(kept)) {
            attach(row, Some(index), reader, plan)?;
        }
    }
    Ok(())
}

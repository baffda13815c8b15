//! The fields of a model, those of its embedded parts included.

use super::FieldSchema;

/// Joins lists of fields into the one list of a model, at compile time: each is told its model and
/// its place.
#[doc(hidden)]
pub const fn flatten<const N: usize>(
    model: &'static str,
    lists: &[&[FieldSchema]],
) -> [FieldSchema; N] {
    let mut fields = [FieldSchema::NOTHING; N];
    let (mut list, mut to) = (0, 0);
    while list < lists.len() {
        let mut from = 0;
        while from < lists[list].len() {
            fields[to] = lists[list][from];
            fields[to].model = model;
            // A struct has no more fields than fit.
            #[expect(clippy::cast_possible_truncation, reason = "a struct has fewer fields")]
            {
                fields[to].index = to as u16;
            }
            to += 1;
            from += 1;
        }
        list += 1;
    }
    fields
}

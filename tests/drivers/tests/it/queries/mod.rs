//! Queries of models, against the recorded answers of Django.

mod library;
mod random;
mod read;
mod write;

use driver_tests::Check;

pub(crate) fn checks() -> Vec<Check> {
    [read::checks(), write::checks(), random::checks()].concat()
}

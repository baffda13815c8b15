//! Queries of models, against the recorded answers of Django.

mod library;
mod read;

use driver_tests::Check;

pub(crate) fn checks() -> Vec<Check> {
    read::checks()
}

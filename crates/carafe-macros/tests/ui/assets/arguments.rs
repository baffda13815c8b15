//! The folders have their names; there is nothing to choose.

use carafe::prelude::*;

fn main() {
    let _ = assets!("static");
}

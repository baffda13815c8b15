//! A project of Carafe with many models.

use carafe::prelude::*;

mod m000; // each

fn main() {
    let models = models![
        m000::M000, // each
    ];
    App::new("long").plugin(Database::from_settings()).models(models).run();
}

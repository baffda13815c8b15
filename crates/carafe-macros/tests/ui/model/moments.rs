use carafe::prelude::*;

use carafe::models::JsonField;

#[derive(Model)]
struct Post {
    id: i64,
    #[model(auto_now, auto_now_add)]
    made: Moment,
    #[model(auto_now, default = 5)]
    changed: Moment,
    sizes: JsonField<Vec<u8>>,
}

type Moment = i64;

fn main() {}

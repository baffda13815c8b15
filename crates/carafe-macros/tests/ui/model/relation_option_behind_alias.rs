use carafe::prelude::*;

type Owner = i64;

#[derive(Model)]
struct Post { id: i64, #[model(on_delete = cascade)] owner: Owner }

fn main() {}

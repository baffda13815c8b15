use carafe::prelude::*;

#[derive(Model)]
#[model(ordering = "-creatd", unique(id, titel), check(long, pages > 0), index(lower(body)))]
struct Post { id: i64, title: String }

fn main() {}

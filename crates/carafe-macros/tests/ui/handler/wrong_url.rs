use carafe::prelude::*;

#[get("/{id}")]
async fn show(id: i64) -> String { id.to_string() }
fn links() { show::url("seven"); show::url(); show::url(1, 2); }

fn main() {}

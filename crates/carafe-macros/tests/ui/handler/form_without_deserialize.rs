use carafe::prelude::*;

struct Login { username: String }

#[post("/login")]
async fn login(Form(login): Form<Login>) -> String { login.username }

#[get("/search")]
async fn search(Query(search): Query<Login>, db: Db) -> String { let _ = db; search.username }

fn main() {}

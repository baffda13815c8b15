use carafe::prelude::*;

struct User;

#[extractor(name = "user")]
fn options_and_no_async() -> User { User }

#[extractor]
async fn returns_nothing(_g: Locals) {}

#[extractor]
async fn returns_anything() -> impl Sized { User }

#[extractor]
async fn generic<T>(_g: Locals) -> User { User }

#[extractor]
struct NoFunction;

impl User {
    #[extractor]
    async fn method(&self) -> Result<User> { Ok(User) }
}

fn main() {}


use carafe::settings::{Environment, Settings};

struct Blog;

fn main() {
    let settings = Settings::load(".", Environment::TEST).unwrap();
    let _ = settings.section::<Blog>();
}


use carafe::settings::Settings;

#[derive(Settings)]
#[settings(section = "env")]
struct Environments {
    a: u8,
}

#[derive(Settings)]
#[settings(section = "my-blog")]
struct Blog<T> {
    a: T,
}

fn main() {}

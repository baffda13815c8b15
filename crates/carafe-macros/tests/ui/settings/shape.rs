
use carafe::settings::Settings;

#[derive(Settings)]
enum Theme {
    Light,
}

#[derive(Settings)]
struct Pair(u8, u8);

fn main() {}

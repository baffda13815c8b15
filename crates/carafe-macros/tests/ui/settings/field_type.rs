
use carafe::settings::Settings;

struct Color(u8);

#[derive(Settings)]
#[settings(section = "blog")]
struct Blog {
    color: Color,
    #[setting(nested)]
    mail: Color,
}

fn main() {}

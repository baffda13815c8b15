
use carafe::settings::Settings;

#[derive(Settings)]
#[settings(section = "Blog", plural)]
struct Blog {
    #[setting(defualt = 10)]
    per_page: u32,
    #[setting(default = compute())]
    computed: u32,
    #[setting(default = 1)]
    optional: Option<u32>,
    #[setting(env = "CARAFE_TITLE")]
    title: String,
    #[setting(nested, from_str)]
    mail: String,
    two__words: String,
}

fn main() {}

//! The program: `cargo run -p flaskr` serves, `cargo run -p flaskr -- --help` lists the rest.

fn main() {
    flaskr::site().run()
}

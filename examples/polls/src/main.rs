//! The program: `cargo run -p polls` serves, `cargo run -p polls -- --help` lists the rest.

fn main() {
    polls::site().run()
}

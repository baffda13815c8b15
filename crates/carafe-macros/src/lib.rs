//! **(M)** The attributes and derives of Carafe: they write data and paths, and call nothing.
//!
//! Each macro is a folder: `parse` turns tokens into a struct of ours, `check` applies the rules
//! that need the whole of it, `expand` writes tokens. All mistakes are reported at once, each on
//! its own token.

mod assets;
mod choices;
mod command;
mod errors;
mod extractor;
mod handler;
mod model;
mod row;
mod segment;
mod settings;

use proc_macro::TokenStream;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident: $($method:literal)*;)*) => {$(
        $(#[$doc])*
        ///
        /// The arguments are path segments, by name, and extractors; a plain `fn` may block. See
        /// the guide's page on routing for the options that may stand beside the path: `name`,
        /// `csrf`, `json`, `body_limit`, `strict_slashes`, `default(…)`.
        #[proc_macro_attribute]
        pub fn $name(attribute: TokenStream, item: TokenStream) -> TokenStream {
            handler::attribute(Some(&[$($method),*]), attribute.into(), item.into()).into()
        }
    )*};
}

methods! {
    /// Answers `GET` (and with it `HEAD`): `#[get("/posts/{id}")] async fn show(id: i64) -> …`.
    get: "GET";
    /// Answers `POST`.
    post: "POST";
    /// Answers `PUT`.
    put: "PUT";
    /// Answers `PATCH`.
    patch: "PATCH";
    /// Answers `DELETE`.
    delete: "DELETE";
    /// Answers `HEAD` apart from `GET`.
    head: "HEAD";
    /// Answers `OPTIONS` in the place of the automatic answer.
    options: "OPTIONS";
    /// Answers any method.
    any: ;
}

/// Answers the methods that it names: `#[route("/form", methods("GET", "POST"))]`.
#[proc_macro_attribute]
pub fn route(attribute: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(None, attribute.into(), item.into()).into()
}

/// Makes an `async fn` a command of the program: `cargo run -- init-db`.
///
/// An argument with `#[arg]` comes from the command line (`#[arg(long)]`, `#[arg(short = 'n',
/// default_value = "1")]`: what clap's `Arg` knows; `bool` is a flag, `Option` may be left out,
/// `Vec` may come often); every other argument is an extractor that needs no request.
#[proc_macro_attribute]
pub fn command(attribute: TokenStream, item: TokenStream) -> TokenStream {
    command::attribute(attribute.into(), item.into()).into()
}

/// Makes a type of yours an argument of handlers: an `async fn` of other extractors that returns it,
/// or a `Result` of it, where the error is the answer to the request.
///
/// The function stays as it is, to be called by its name. For an extractor that needs the head of
/// the request itself, or the body, implement `FromRequestParts` or `FromRequest`.
#[proc_macro_attribute]
pub fn extractor(attribute: TokenStream, item: TokenStream) -> TokenStream {
    extractor::attribute(&attribute.into(), item.into()).into()
}

/// Lets an enum without data stand in a path: each variant is a word, in kebab-case unless
/// `#[segment("word")]` says another.
#[proc_macro_derive(PathSegment, attributes(segment))]
pub fn path_segment(input: TokenStream) -> TokenStream {
    segment::derive(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a section of the settings; see `carafe::settings`.
#[proc_macro_derive(Settings, attributes(setting, settings))]
pub fn derive_settings(input: TokenStream) -> TokenStream {
    settings::derive(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// The folders `templates/`, `static/` and `migrations/` beside the `Cargo.toml` of the crate
/// that this stands in: `App::new("blog").assets(assets!())`.
///
/// In a debug build of a crate that is being worked on they are read from disk while the program
/// runs, so that a change needs no rebuild; in a release build, and in crates from a registry,
/// they are inside the program. Hidden files stay out, but `.well-known` does not.
///
/// Cargo is told of every file that went into the program, but of no folder: stable Rust has no
/// way to. A file that is *new* since the last release build, with nothing else changed in its
/// crate, is seen when the crate is compiled again; a `build.rs` makes sure of that. It names only
/// folders that exist, since for a missing one Cargo compiles the crate each time:
///
/// ```no_run
/// println!("cargo:rerun-if-changed=static");
/// println!("cargo:rerun-if-changed=templates");
/// ```
#[proc_macro]
pub fn assets(input: TokenStream) -> TokenStream {
    assets::assets(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Reads a struct from the rows of a query: each field from the column of its name.
///
/// `#[row(column = "user_name")]` reads another column, `#[row(default)]` gives the default where
/// the query has no such column. A tuple struct is read by position.
#[proc_macro_derive(Row, attributes(row))]
pub fn row(input: TokenStream) -> TokenStream {
    row::derive(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct a row of a table: `carafe::models`, and the guide's page on models, have all that
/// may stand in `#[model(…)]`.
///
/// `#[model(abstract)]` makes it a part instead, which models embed by `#[model(flatten)]`.
#[proc_macro_derive(Model, attributes(model))]
pub fn model(input: TokenStream) -> TokenStream {
    model::derive(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an enum the values of a column, each with a label.
///
/// The value of a variant is its name in `snake_case`, or its number where the variants have
/// numbers. `#[choice(value = "x", label = "What people see")]` says otherwise, and
/// `#[choice(default)]` marks the variant that a blank instance has.
#[proc_macro_derive(Choices, attributes(choice))]
pub fn choices(input: TokenStream) -> TokenStream {
    choices::derive(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

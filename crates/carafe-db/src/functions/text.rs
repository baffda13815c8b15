//! Functions of texts.

use carafe_model::Field;
use carafe_model::query::{Computed, Expr, Expression, Function, Of, Operand, Textual};

use super::{call, small};
use crate::query::Output;

/// The text in small letters (`Lower`). SQLite knows those of ASCII only.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::lower;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(lower(User::NAME));
/// ```
pub fn lower<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Lower, vec![text.node()])
}

/// The text in capital letters (`Upper`). SQLite knows those of ASCII only.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::upper;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(upper(User::NAME));
/// ```
pub fn upper<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Upper, vec![text.node()])
}

/// The text without spaces at its beginning (`LTrim`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::ltrim;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(ltrim(User::NAME));
/// ```
pub fn ltrim<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::LTrim, vec![text.node()])
}

/// The text without spaces at its end (`RTrim`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::rtrim;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(rtrim(User::NAME));
/// ```
pub fn rtrim<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::RTrim, vec![text.node()])
}

/// The text without spaces at its beginning and end (`Trim`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::trim;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let blank = User::all().filter(trim(User::NAME).eq(""));
/// ```
pub fn trim<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Trim, vec![text.node()])
}

/// The text from behind (`Reverse`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::reverse;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(reverse(User::NAME));
/// ```
pub fn reverse<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Reverse, vec![text.node()])
}

/// The MD5 of the text in hexadecimal digits (`MD5`); it is no protection. MySQL has it in a component since 9.6.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::md5;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(md5(User::NAME));
/// ```
pub fn md5<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Md5, vec![text.node()])
}

/// The SHA-1 of the text in hexadecimal digits (`SHA1`). PostgreSQL's is in the extension `pgcrypto`,
/// MySQL's since 9.6 in a component.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sha1;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(sha1(User::NAME));
/// ```
pub fn sha1<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Sha1, vec![text.node()])
}

/// The SHA-224 of the text in hexadecimal digits (`SHA224`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sha224;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(sha224(User::NAME));
/// ```
pub fn sha224<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Sha224, vec![text.node()])
}

/// The SHA-256 of the text in hexadecimal digits (`SHA256`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sha256;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(sha256(User::NAME));
/// ```
pub fn sha256<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Sha256, vec![text.node()])
}

/// The SHA-384 of the text in hexadecimal digits (`SHA384`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sha384;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(sha384(User::NAME));
/// ```
pub fn sha384<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Sha384, vec![text.node()])
}

/// The SHA-512 of the text in hexadecimal digits (`SHA512`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::sha512;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let tags = User::all().values(sha512(User::NAME));
/// ```
pub fn sha512<E: Text>(text: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Sha512, vec![text.node()])
}

/// How many letters a text has (`Length`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::length;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let short = User::all().filter(length(User::NAME).lt(3));
/// ```
pub fn length<E: Text>(text: E) -> Expr<E::Model, Of<E, i64>> {
    call(Function::Length, vec![text.node()])
}

/// The number of the first letter in Unicode (`Ord`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::ord;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let letters = User::all().values(ord(User::NAME));
/// ```
pub fn ord<E: Text>(text: E) -> Expr<E::Model, Of<E, i64>> {
    call(Function::Ord, vec![text.node()])
}

/// The first letters (`Left`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::left;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let initials = User::all().values(left(User::NAME, 1));
/// ```
pub fn left<E: Text>(text: E, letters: u32) -> Expr<E::Model, Of<E, String>> {
    call(Function::Left, vec![text.node(), small(letters)])
}

/// The last letters (`Right`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::right;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let initials = User::all().values(right(User::NAME, 1));
/// ```
pub fn right<E: Text>(text: E, letters: u32) -> Expr<E::Model, Of<E, String>> {
    call(Function::Right, vec![text.node(), small(letters)])
}

/// The text so many times (`Repeat`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::repeat;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let twice = User::all().values(repeat(User::NAME, 2));
/// ```
pub fn repeat<E: Text>(text: E, times: u32) -> Expr<E::Model, Of<E, String>> {
    call(Function::Repeat, vec![text.node(), small(times)])
}

/// The text with so many letters, filled up at its beginning or cut (`LPad`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::lpad;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let columns = User::all().values(lpad(User::NAME, 20, " "));
/// ```
pub fn lpad<E: Text, How>(
    text: E,
    letters: u32,
    fill: impl Operand<E::Model, String, How>,
) -> Expr<E::Model, Of<E, String>> {
    call(Function::LPad, vec![text.node(), small(letters), fill.into_node()])
}

/// The text with so many letters, filled up at its end or cut (`RPad`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::rpad;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let columns = User::all().values(rpad(User::NAME, 20, " "));
/// ```
pub fn rpad<E: Text, How>(
    text: E,
    letters: u32,
    fill: impl Operand<E::Model, String, How>,
) -> Expr<E::Model, Of<E, String>> {
    call(Function::RPad, vec![text.node(), small(letters), fill.into_node()])
}

/// The text with another one in the place of each that is found in it (`Replace`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::replace;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let names = User::all().values(replace(User::NAME, " ", "_"));
/// ```
pub fn replace<E: Text, Found, Put>(
    text: E,
    found: impl Operand<E::Model, String, Found>,
    put: impl Operand<E::Model, String, Put>,
) -> Expr<E::Model, Of<E, String>> {
    call(Function::Replace, vec![text.node(), found.into_node(), put.into_node()])
}

/// Where another text begins in the text, from 1; 0 where it does not (`StrIndex`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::str_index;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let at = User::all().values(str_index(User::NAME, "@"));
/// ```
pub fn str_index<E: Text, How>(
    text: E,
    found: impl Operand<E::Model, String, How>,
) -> Expr<E::Model, Of<E, i64>> {
    call(Function::StrIndex, vec![text.node(), found.into_node()])
}

/// So many letters of the text, from that place on; the first one is 1 (`Substr`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::substr;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let middle = User::all().values(substr(User::NAME, 2, 2));
/// ```
pub fn substr<E: Text>(text: E, from: u32, letters: u32) -> Expr<E::Model, Of<E, String>> {
    call(Function::Substr, vec![text.node(), small(from), small(letters)])
}

/// All letters of the text from that place on; the first one is 1.
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::substr_from;
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let rest = User::all().values(substr_from(User::NAME, 2));
/// ```
pub fn substr_from<E: Text>(text: E, from: u32) -> Expr<E::Model, Of<E, String>> {
    call(Function::Substr, vec![text.node(), small(from)])
}

/// The letter of a number in Unicode (`Chr`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::chr;
/// # #[derive(Model)] struct Seat { id: i64, row: i32, number: i32 }
/// let rows = Seat::all().values(chr(Seat::ROW + 64));
/// ```
pub fn chr<E: Expression<Type: Computed<Base = i32>>>(number: E) -> Expr<E::Model, Of<E, String>> {
    call(Function::Chr, vec![number.node()])
}

/// The texts of several expressions, one behind the other; NULL is an empty text (`Concat`).
///
/// ```
/// use carafe::prelude::*;
/// use carafe::db::functions::{concat, value};
/// # #[derive(Model)] struct User { id: i64, name: String, email: Option<String> }
/// let labels = User::all().values(concat((User::NAME, value(" <".to_owned()), User::EMAIL, value(">".to_owned()))));
/// ```
///
/// Up to eight stand in a tuple; more in each other.
pub fn concat<M>(texts: impl Output<M>) -> Expr<M, String> {
    call(Function::Concat, texts.into_nodes())
}

/// An expression that is text, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no expression of text",
    note = "columns and expressions of `String` are, and `Option` of these; `cast::<String, _>(…)` makes one"
)]
pub trait Text: Expression<Type: Computed + Field<Base: Textual>> {}

impl<E: Expression<Type: Computed + Field<Base: Textual>>> Text for E {}

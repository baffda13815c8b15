//! HTML compared by what it means (Django's `assertHTMLEqual` and `assertInHTML`).
//!
//! What a browser sees alike is alike: whitespace between elements and the length of that in texts,
//! the order of attributes and classes, boolean attributes, the spelling of entities and
//! of end tags that may be left out. Comments and the doctype do not count. The texts of `pre` and
//! `textarea` are compared to the letter.
//!
//! The tokenizer is html5gum, which has the standard's states and entities and no dependencies; a
//! browser's whole tree builder would cost thirty crates to move misplaced elements about, which a
//! test should rather see where they stand.

mod find;
mod node;
mod parse;
#[cfg(test)]
mod tests;

use super::TestResponse;
use super::diff::diff;
use node::{Node, pretty};

/// Two pieces of HTML mean the same (Django's `assertHTMLEqual`).
///
/// ```
/// use carafe_core::testing::assert_html_eq;
///
/// let made = "<p  id=a class='big red'>1 &lt; 2\n<input disabled='disabled'></p>";
/// assert_html_eq(made, r#"<p class="red big" id="a">1 &#60; 2 <input disabled/></p>"#);
/// ```
///
/// # Panics
/// Where they do not, with the lines that differ; and where an end tag ends nothing.
#[track_caller]
pub fn assert_html_eq(html: &str, expected: &str) {
    if let Err(wrong) = equal(html, expected) {
        panic!("{wrong}")
    }
}

/// A piece of HTML stands somewhere in a larger one (Django's `assertInHTML`): elements that
/// follow one another, or a part of a text.
///
/// ```
/// use carafe_core::testing::assert_html_contains;
///
/// let page = "<ul> <li class=new><b>One</b></li> <li>Two <br> words</li> </ul>";
/// assert_html_contains(page, "<b>One</b>");
/// assert_html_contains(page, "<li class='new'> <b>One</b> </li><li>Two<br/>words</li>");
/// assert_html_contains(page, "Two");
/// ```
///
/// # Panics
/// Where it does not, with the nearest that there is; and where an end tag ends nothing.
#[track_caller]
pub fn assert_html_contains(html: &str, part: &str) {
    if let Err(wrong) = contains(html, part) {
        panic!("{wrong}")
    }
}

/// A piece of HTML stands nowhere in a larger one (Django's `assertNotInHTML`).
///
/// # Panics
/// Where it does; and where an end tag ends nothing.
#[track_caller]
pub fn assert_html_lacks(html: &str, part: &str) {
    if let Err(wrong) = lacks(html, part) {
        panic!("{wrong}")
    }
}

#[expect(clippy::missing_panics_doc, reason = "assertions panic where a test should fail")]
impl TestResponse {
    /// The body means the same as this HTML; see [`assert_html_eq`].
    #[track_caller]
    pub fn assert_html_eq(&self, expected: &str) -> &Self {
        self.checked(equal(self.text(), expected))
    }

    /// This HTML stands somewhere in the body; see [`assert_html_contains`].
    #[track_caller]
    pub fn assert_html_contains(&self, part: &str) -> &Self {
        self.checked(contains(self.text(), part))
    }

    /// This HTML stands nowhere in the body; see [`assert_html_lacks`].
    #[track_caller]
    pub fn assert_html_lacks(&self, part: &str) -> &Self {
        self.checked(lacks(self.text(), part))
    }

    /// How often this HTML stands in the body; see [`assert_html_contains`].
    #[track_caller]
    pub fn html_count(&self, part: &str) -> usize {
        count(self.text(), part).unwrap_or_else(|wrong| panic!("{wrong}\n{}", self.summary()))
    }

    #[track_caller]
    fn checked(&self, outcome: Result<(), String>) -> &Self {
        if let Err(wrong) = outcome {
            panic!("{wrong}\n{}", self.summary())
        }
        self
    }
}

fn equal(html: &str, expected: &str) -> Result<(), String> {
    let (found, wanted) = (page(html)?, part_of(expected)?);
    if found == wanted {
        return Ok(());
    }
    Err(format!("the HTML is another one:\n{}", diff(&pretty(&wanted), &pretty(&found))))
}

fn contains(html: &str, part: &str) -> Result<(), String> {
    let (page, part) = (page(html)?, some(part)?);
    if find::count(&page, &part) > 0 {
        return Ok(());
    }
    let wanted = pretty(&part);
    let nearest = match find::nearest(&page, &part) {
        Some(nearest) => format!("the nearest to it:\n{}", diff(&wanted, &pretty(&nearest))),
        None => "nothing is like it".to_owned(),
    };
    Err(format!("expected this HTML:\n{wanted}{nearest}"))
}

fn lacks(html: &str, part: &str) -> Result<(), String> {
    match count(html, part)? {
        0 => Ok(()),
        times => Err(format!("did not expect this HTML, which is there {times}×:\n{part}")),
    }
}

fn count(html: &str, part: &str) -> Result<usize, String> {
    Ok(find::count(&page(html)?, &some(part)?))
}

fn page(html: &str) -> Result<Vec<Node>, String> {
    parse::parse(html).map_err(|wrong| format!("what was found is no HTML: {wrong}"))
}

fn part_of(html: &str) -> Result<Vec<Node>, String> {
    parse::parse(html).map_err(|wrong| format!("what was expected is no HTML: {wrong}"))
}

/// What may be looked for: nothing stands everywhere.
fn some(part: &str) -> Result<Vec<Node>, String> {
    let nodes = part_of(part)?;
    if nodes.is_empty() {
        return Err(format!("there is nothing to look for in {part:?}"));
    }
    Ok(nodes)
}

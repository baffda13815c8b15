//! Text into nodes.
//!
//! Elements stand where their tags stand. An end tag that may be left out is put in; one that ends
//! nothing is a mistake, since a browser would drop it in silence.

use html5gum::emitters::default::{DefaultEmitter, Token};
use html5gum::{HtmlString, Tokenizer};

use super::node::{Element, Node, VOID};

/// Deeper than any page, and than any browser goes; what walks the tree walks it by recursion.
const DEEPEST: usize = 512;

/// The nodes of a page or of a piece of one, or a sentence that says what is wrong with it.
pub(super) fn parse(html: &str) -> Result<Vec<Node>, String> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut open = Open(vec![Element::new(String::new(), std::iter::empty())]);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.into_iter();
                let attributes = attributes.map(|(name, value)| (text(&name), text(&value.value)));
                let element = Element::new(text(&tag.name), attributes);
                open.start(element, tag.self_closing)?;
            }
            Token::EndTag(tag) => {
                let name = text(&tag.name);
                if !open.end(&name) {
                    let line = 1 + html[..tag.span.start].matches('\n').count();
                    return Err(format!("`</{name}>` in line {line} ends nothing"));
                }
            }
            Token::String(value) => open.top().add_text(&text(&value.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    Ok(open.into_nodes())
}

/// The elements that are open, the outermost first: one that stands for all of the text.
struct Open(Vec<Element>);

impl Open {
    fn top(&mut self) -> &mut Element {
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    fn start(&mut self, element: Element, closes_itself: bool) -> Result<(), String> {
        self.imply_ends(&element.name);
        // A slash at the end means something in SVG and MathML only.
        let foreign = self.0.iter().any(|open| is_foreign(&open.name)) || is_foreign(&element.name);
        let is_whole = VOID.contains(&element.name.as_str()) || (closes_itself && foreign);
        if is_whole {
            self.top().children.push(Node::Element(element));
            return Ok(());
        }
        if self.0.len() > DEEPEST {
            return Err(format!("it is deeper than {DEEPEST} elements"));
        }
        self.0.push(element);
        Ok(())
    }

    /// False where no such element is open.
    fn end(&mut self, name: &str) -> bool {
        let Some(at) = self.0.iter().skip(1).rposition(|open| open.name == name) else {
            return false;
        };
        self.close_down_to(at + 1);
        true
    }

    /// Ends the elements that cannot hold what comes next.
    fn imply_ends(&mut self, next: &str) {
        let mut first = None;
        for (at, open) in self.0.iter().enumerate().skip(1).rev() {
            if is_ended_by(&open.name, next) {
                first = Some(at);
            } else if !may_lack_its_end(&open.name) {
                break;
            }
        }
        if let Some(first) = first {
            self.close_down_to(first);
        }
    }

    fn close_down_to(&mut self, at: usize) {
        while self.0.len() > at.max(1) {
            let kept = self.0.iter().any(|open| matches!(&*open.name, "pre" | "textarea"));
            let Some(mut element) = self.0.pop() else { return };
            if element.name == "noscript" {
                read_again(&mut element);
            }
            element.finish(kept);
            self.top().children.push(Node::Element(element));
        }
    }

    fn into_nodes(mut self) -> Vec<Node> {
        self.close_down_to(1);
        let root = self.top();
        root.finish(false);
        std::mem::take(&mut root.children)
    }
}

/// The tokenizer takes what stands in `noscript` for text, as a browser does that runs scripts.
fn read_again(element: &mut Element) {
    if let [Node::Text(text)] = &element.children[..]
        && let Ok(nodes) = parse(text)
    {
        element.children = nodes;
    }
}

fn is_foreign(name: &str) -> bool {
    matches!(name, "svg" | "math")
}

/// The standard's optional end tags (13.1.2.4).
fn may_lack_its_end(name: &str) -> bool {
    matches!(
        name,
        "li" | "dt"
            | "dd"
            | "p"
            | "rt"
            | "rp"
            | "optgroup"
            | "option"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
    )
}

fn is_ended_by(open: &str, next: &str) -> bool {
    match open {
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "rt" | "rp" => matches!(next, "rt" | "rp"),
        "option" => matches!(next, "option" | "optgroup" | "hr"),
        "optgroup" => matches!(next, "optgroup" | "hr"),
        "thead" | "tbody" | "tfoot" => matches!(next, "tbody" | "tfoot" | "thead"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot" | "thead"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot" | "thead"),
        "p" => matches!(
            next,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "details"
                | "dialog"
                | "div"
                | "dl"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "header"
                | "hgroup"
                | "hr"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "search"
                | "section"
                | "table"
                | "ul"
        ),
        _ => false,
    }
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

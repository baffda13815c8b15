//! From tokens: what stands in the attribute, and the head of the function.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, LitBool, LitInt, LitStr, Signature, Token, Visibility, parenthesized};

/// `"/a", "/b", name = "…", csrf = false, json = true, body_limit = "10 MiB", default(page = 1), methods("GET")`.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) paths: Vec<LitStr>,
    pub(crate) methods: Vec<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) csrf: Option<LitBool>,
    pub(crate) json: Option<LitBool>,
    pub(crate) body_limit: Option<Size>,
    pub(crate) strict_slashes: Option<LitBool>,
    pub(crate) defaults: Vec<(Ident, Expr)>,
}

/// A number of bytes, or a text as `10 MiB`.
pub(crate) enum Size {
    Bytes(LitInt),
    Text(LitStr),
}

/// The head of a function; its body stays as tokens that nobody reads.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature = input.parse().map_err(|error: syn::Error| {
            syn::Error::new(error.span(), "this attribute stands on a function")
        })?;
        input.parse::<TokenStream>()?;
        Ok(Self { attributes, visibility, signature })
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                options.paths.push(input.parse()?);
            } else {
                options.named(input)?;
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

impl Options {
    fn named(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        match name.to_string().as_str() {
            "name" => self.name = Some(value(input)?),
            "csrf" => self.csrf = Some(value(input)?),
            "json" => self.json = Some(value(input)?),
            "strict_slashes" => self.strict_slashes = Some(value(input)?),
            "body_limit" => {
                input.parse::<Token![=]>()?;
                self.body_limit = Some(if input.peek(LitStr) {
                    Size::Text(input.parse()?)
                } else {
                    Size::Bytes(input.parse()?)
                });
            }
            "methods" => {
                let content;
                parenthesized!(content in input);
                self.methods.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?);
            }
            "default" => {
                let content;
                parenthesized!(content in input);
                while !content.is_empty() {
                    let name = content.call(Ident::parse_any)?;
                    content.parse::<Token![=]>()?;
                    self.defaults.push((name, content.parse()?));
                    if !content.is_empty() {
                        content.parse::<Token![,]>()?;
                    }
                }
            }
            other => {
                return Err(syn::Error::new(
                    name.span(),
                    format!(
                        "there is no option `{other}`; there are `name`, `csrf`, `json`, `body_limit`, `strict_slashes`, `default(…)`, `methods(…)`"
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn value<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

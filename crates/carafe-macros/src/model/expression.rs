//! Conditions and computed values, from Rust's expressions to data.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprLit, ExprPath, Ident, Lit, UnOp};

use super::parse::ModelStruct;
use crate::errors::Errors;

const FUNCTIONS: [&str; 8] =
    ["lower", "upper", "length", "abs", "coalesce", "now", "to_tsvector", "setweight"];

/// An expression over the fields of a model.
pub(super) fn expression(expr: &Expr, model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    over(expr, Some(model), errors)
}

/// An expression over the fields of another model, which is not seen here; [`names`] lists them.
pub(super) fn of_another(expr: &Expr, errors: &mut Errors) -> TokenStream {
    over(expr, None, errors)
}

/// The fields that an expression names.
pub(super) fn names(expr: &Expr) -> Vec<&Ident> {
    match expr {
        Expr::Paren(inner) => names(&inner.expr),
        Expr::Group(inner) => names(&inner.expr),
        Expr::Unary(inner) => names(&inner.expr),
        Expr::MethodCall(call) => names(&call.receiver),
        Expr::Binary(pair) => [names(&pair.left), names(&pair.right)].concat(),
        Expr::Call(call) => call.args.iter().flat_map(names).collect(),
        Expr::Path(path) => path.path.get_ident().into_iter().collect(),
        _ => Vec::new(),
    }
}

fn over(expr: &Expr, model: Option<&ModelStruct>, errors: &mut Errors) -> TokenStream {
    let mut of = |inner: &Expr| over(inner, model, errors);
    match expr {
        Expr::Paren(inner) => of(&inner.expr),
        Expr::Group(inner) => of(&inner.expr),
        Expr::Path(path) => match one_name(path) {
            Some(name) => {
                if let Some(model) = model {
                    field(&name, expr, model, errors);
                }
                quote!(__m::Expression::Field(#name))
            }
            None => wrong(expr, errors),
        },
        Expr::Lit(_) => match literal(expr) {
            Some(literal) => quote!(__m::Expression::Literal(#literal)),
            None => wrong(expr, errors),
        },
        Expr::Unary(unary) => match (&unary.op, literal(expr)) {
            (UnOp::Not(_), _) => {
                let inner = of(&unary.expr);
                quote!(__m::Expression::Not(&#inner))
            }
            (_, Some(literal)) => quote!(__m::Expression::Literal(#literal)),
            _ => wrong(expr, errors),
        },
        Expr::Binary(binary) => {
            let (left, right) = (of(&binary.left), of(&binary.right));
            match operator(&binary.op) {
                Some(operator) => {
                    quote!(__m::Expression::Binary(&#left, __m::Operator::#operator, &#right))
                }
                None => wrong(expr, errors),
            }
        }
        Expr::MethodCall(call) if call.method == "is_null" && call.args.is_empty() => {
            let inner = of(&call.receiver);
            quote!(__m::Expression::IsNull(&#inner))
        }
        Expr::MethodCall(call) if call.method == "is_in" => {
            let inner = of(&call.receiver);
            let literals: Option<Vec<TokenStream>> = match call.args.first() {
                Some(Expr::Array(list)) => list.elems.iter().map(literal).collect(),
                _ => None,
            };
            match literals {
                Some(literals) => quote!(__m::Expression::In(&#inner, &[#(#literals),*])),
                None => wrong(expr, errors),
            }
        }
        Expr::Call(call) => {
            let name = match &*call.func {
                Expr::Path(path) => one_name(path).unwrap_or_default(),
                _ => String::new(),
            };
            if !FUNCTIONS.contains(&name.as_str()) {
                let known = FUNCTIONS.map(|name| format!("`{name}`")).join(", ");
                errors.at(call.func.span(), format!("functions of a condition are {known}"));
            }
            let arguments: Vec<_> =
                call.args.iter().map(|inner| over(inner, model, errors)).collect();
            quote!(__m::Expression::Call(#name, &[#(#arguments),*]))
        }
        _ => wrong(expr, errors),
    }
}

/// One part of an index, a constraint or an ordering: `title`, `-created`, `"-created"`,
/// `lower(title)`, `title.class("text_pattern_ops")`.
pub(super) fn part(expr: &Expr, model: &ModelStruct, errors: &mut Errors) -> TokenStream {
    let (inner, descending) = match expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => (&*unary.expr, true),
        _ => (expr, false),
    };
    let (inner, class) = match inner {
        Expr::MethodCall(call) if call.method == "class" => match call.args.first() {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(class), .. })) if call.args.len() == 1 => {
                (&*call.receiver, quote!(__m::Some(#class)))
            }
            _ => {
                errors.at(
                    call.method.span(),
                    "name an operator class: `.class(\"text_pattern_ops\")`",
                );
                (&*call.receiver, quote!(__m::None))
            }
        },
        inner => (inner, quote!(__m::None)),
    };
    let (inner, descending) = match inner {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let text = text.value();
            let name = text.strip_prefix('-').unwrap_or(&text);
            field(name, expr, model, errors);
            (quote!(__m::Expression::Field(#name)), text.starts_with('-'))
        }
        _ => (expression(inner, model, errors), descending),
    };
    quote!(__m::Term { expression: #inner, descending: #descending, class: #class })
}

/// A literal, negative ones included.
pub(super) fn literal(expr: &Expr) -> Option<TokenStream> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Int(number) => Some(quote!(__m::Literal::I64(#number))),
            Lit::Float(number) => Some(quote!(__m::Literal::F64(#number))),
            Lit::Bool(value) => Some(quote!(__m::Literal::Bool(#value))),
            Lit::Str(text) => Some(quote!(__m::Literal::Text(#text))),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
                Some(quote!(__m::Literal::I64(-#number)))
            }
            Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
                Some(quote!(__m::Literal::F64(-#number)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the model has the field; parts that are embedded are seen by the library only.
fn field(name: &str, at: &Expr, model: &ModelStruct, errors: &mut Errors) {
    let mut own = model.fields.iter().filter(|field| !field.flatten);
    let has_parts = model.fields.iter().any(|field| field.flatten);
    if !has_parts && !own.any(|field| field.text == name) {
        let names: Vec<String> =
            model.fields.iter().map(|field| format!("`{}`", field.text)).collect();
        let there = names.join(", ");
        errors.at(at.span(), format!("`{}` has no field `{name}`; it has {there}", model.name));
    }
}

fn one_name(path: &ExprPath) -> Option<String> {
    path.path.get_ident().map(|name| syn::ext::IdentExt::unraw(name).to_string())
}

fn operator(operator: &BinOp) -> Option<TokenStream> {
    Some(match operator {
        BinOp::And(_) => quote!(And),
        BinOp::Or(_) => quote!(Or),
        BinOp::Eq(_) => quote!(Eq),
        BinOp::Ne(_) => quote!(Ne),
        BinOp::Lt(_) => quote!(Lt),
        BinOp::Le(_) => quote!(Le),
        BinOp::Gt(_) => quote!(Gt),
        BinOp::Ge(_) => quote!(Ge),
        BinOp::Add(_) => quote!(Add),
        BinOp::Sub(_) => quote!(Sub),
        BinOp::Mul(_) => quote!(Mul),
        BinOp::Div(_) => quote!(Div),
        BinOp::Rem(_) => quote!(Rem),
        _ => return None,
    })
}

fn wrong(expr: &Expr, errors: &mut Errors) -> TokenStream {
    errors.at(
        expr.span(),
        "a condition is made of fields, literals, `&& || !`, `== != < <= > >=`, `+ - * / %`, `.is_null()`, `.is_in([…])` and functions",
    );
    quote!(__m::Expression::Literal(__m::Literal::Null))
}

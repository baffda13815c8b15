//! Names that are made from the user's.

use syn::{GenericArgument, PathArguments, Type};

/// `BlogPost` is `blog_post`, `HTTPLog` is `http_log`.
pub(super) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, c) in chars.iter().enumerate() {
        let after_small = index > 0 && !chars[index - 1].is_uppercase();
        let before_small = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && index > 0 && chars[index - 1] != '_' && (after_small || before_small)
        {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// `blog_post` is `blog post`.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// What a type seems to be by its name. An alias hides it, so nothing but messages hangs on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seems {
    Text,
    Number,
    Bool,
    Bytes,
    Decimal,
    Moment,
    Uuid,
    /// `ForeignKey` or `OneToOne`.
    Reference,
    ManyToMany,
    /// `HasMany` or `HasOne`.
    Reverse,
    Unknown,
}

pub(super) struct TypeName {
    pub(super) seems: Seems,
    pub(super) optional: bool,
    pub(super) deferred: bool,
}

pub(super) fn type_name(ty: &Type) -> TypeName {
    let Some((name, argument)) = last(ty) else {
        return TypeName { seems: Seems::Unknown, optional: false, deferred: false };
    };
    if let ("Option" | "Deferred", Some(inner)) = (name.as_str(), argument) {
        let inner = type_name(inner);
        return TypeName {
            optional: inner.optional || name == "Option",
            deferred: inner.deferred || name == "Deferred",
            ..inner
        };
    }
    let seems = match name.as_str() {
        "String" => Seems::Text,
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "f32" | "f64" => Seems::Number,
        "bool" => Seems::Bool,
        "Vec" => Seems::Bytes,
        "Decimal" => Seems::Decimal,
        "Date" | "DateTime" | "Timestamp" | "Time" => Seems::Moment,
        "Uuid" => Seems::Uuid,
        "ForeignKey" | "OneToOne" => Seems::Reference,
        "ManyToMany" => Seems::ManyToMany,
        "HasMany" | "HasOne" => Seems::Reverse,
        _ => Seems::Unknown,
    };
    TypeName { seems, optional: false, deferred: false }
}

/// Whether a type is `Option<Deferred<…>>`, which is the wrong way round.
pub(super) fn is_option_of_deferred(ty: &Type) -> bool {
    matches!(last(ty), Some((name, Some(inner))) if name == "Option" && type_name(inner).deferred)
}

/// Whether a type is that number, perhaps inside of `Option` or `Deferred`.
pub(super) fn is_number(ty: &Type, name: &str) -> bool {
    match last(ty) {
        Some((outer, Some(inner))) if outer == "Option" || outer == "Deferred" => {
            is_number(inner, name)
        }
        Some((own, _)) => own == name,
        None => false,
    }
}

/// The last name of a path, with its first type argument.
fn last(ty: &Type) -> Option<(String, Option<&Type>)> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let argument = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|own| match own {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    };
    Some((segment.ident.to_string(), argument))
}

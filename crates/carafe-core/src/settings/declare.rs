//! How the sections of the core itself are declared.
//!
//! Everybody else writes `#[derive(Settings)]`. Here a macro by example does the same, so that the
//! core is compiled beside `carafe-macros` and not after it: a build would wait for both in turn.

/// Declares a section as the derive would: `#[settings(…)]` holds a [`Place`](super::Place), and a
/// `default` a [`Literal`](super::Literal). A field without options is an `Option`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $(#[derive($derive:ident)])?
        #[settings($($place:tt)+)]
        pub struct $name:ident {
            $(
                $(#[doc = $docs:literal])+
                $(#[setting($($option:tt)+)])?
                pub $field:ident: $type:ty,
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, $($derive)?)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $docs])+ pub $field: $type,)+
        }

        #[diagnostic::do_not_recommend]
        impl $crate::settings::Section for $name {
            const SCHEMA: &'static $crate::settings::SectionSchema =
                &$crate::settings::SectionSchema::new(
                    stringify!($name),
                    $crate::settings::Place::$($place)+,
                    concat!($($about),+).trim_ascii(),
                    &[$($crate::settings::declare::field!(
                        (stringify!($field), concat!($($docs),+).trim_ascii(), $type)
                        $($($option)+)?
                    )),+],
                );

            fn read(reader: &mut $crate::settings::SectionReader<'_>) -> Option<Self> {
                let mut places = 0..;
                // Every field is read before the first `?`, so that all mistakes are told at once.
                $(let $field = $crate::settings::declare::read!(
                    reader, places.next()?, $($($option)+)?
                );)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}

/// A field's schema, of its options.
macro_rules! field {
    ($field:tt) => {
        $crate::settings::declare::field!(@ $field Nothing; None;)
    };
    ($field:tt env = $env:literal) => {
        $crate::settings::declare::field!(@ $field Nothing; None; $env)
    };
    ($field:tt default = $kind:ident($value:expr) $(, env = $env:literal)?) => {
        $crate::settings::declare::field!(
            @ $field Literal($crate::settings::Literal::$kind($value)); None; $($env)?
        )
    };
    (($key:expr, $docs:expr, $type:ty) nested) => {
        $crate::settings::declare::field!(
            @ ($key, $docs, $type) Required; Some(<$type as $crate::settings::Section>::SCHEMA);
        )
    };
    (@ ($key:expr, $docs:expr, $type:ty) $default:expr; $nested:expr; $($env:literal)?) => {{
        use $crate::settings::DefaultValue::*;
        $crate::settings::FieldSchema {
            key: $key,
            docs: $docs,
            type_name: stringify!($type),
            env: &[$($env)?],
            default: $default,
            secret: false,
            nested: $nested,
        }
    }};
}

/// The call that reads a field, of its options.
macro_rules! read {
    ($reader:ident, $place:expr, nested) => {
        $reader.nested($place)
    };
    ($reader:ident, $place:expr, $($option:tt)*) => {
        $reader.field($place)
    };
}

pub(crate) use {field, read, section};

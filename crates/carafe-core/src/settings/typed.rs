//! From a node to any type that serde can read.
//!
//! Text from a variable turns into what the type asks for; an error knows the key and the line of
//! the innermost value that is wrong; a key that a struct does not know is an error.

use std::cell::Cell;
use std::collections::btree_map;
use std::vec;

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::mistake::{Key, Mistake};
use super::node::{Node, Table, Value};
use super::{secret, text};

/// Reads one node.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    node: &'a Node,
    /// Becomes true when a secret is read, so that the report masks it.
    secret: &'a Cell<bool>,
}

impl<'a> Typed<'a> {
    pub(super) fn new(node: &'a Node, secret: &'a Cell<bool>) -> Self {
        Self { node, secret }
    }

    fn raw(self) -> Option<&'a str> {
        match &self.node.value {
            Value::Raw(text) => Some(text),
            _ => None,
        }
    }

    fn sequence<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let items = match &self.node.value {
            Value::List(items) => items.clone(),
            Value::Raw(text) => match text::list(text, &self.node.origin) {
                Some(items) => items,
                None => return Err(Mistake::unreadable("a list, as in `[1, 2]` or `1, 2`")),
            },
            _ => return self.deserialize_any(visitor),
        };
        visitor.visit_seq(Items { rest: items.into_iter(), place: 0, secret: self.secret })
    }

    fn entries<'de, V: Visitor<'de>>(
        self,
        known: &[&str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let table = match &self.node.value {
            Value::Table(table) => table.clone(),
            Value::Raw(text) => match text::table(text, &self.node.origin) {
                Some(table) => table,
                None => {
                    return Err(Mistake::unreadable(
                        "a table, as in `{\"key\": 1}` or `{ key = 1 }`",
                    ));
                }
            },
            _ => return self.deserialize_any(visitor),
        };
        if let Some((key, node)) =
            table.iter().find(|(key, _)| !known.is_empty() && !known.contains(&key.as_str()))
        {
            return Err(Mistake::unknown(key, known).at(&node.origin));
        }
        visitor.visit_map(Entries::new(table, self.secret))
    }

    fn located<T>(self, result: Result<T, Mistake>) -> Result<T, Mistake> {
        result.map_err(|mistake| mistake.at(&self.node.origin))
    }
}

fn number<'de, V: Visitor<'de>>(number: i128, visitor: V) -> Result<V::Value, Mistake> {
    if let Ok(small) = i64::try_from(number) {
        visitor.visit_i64(small)
    } else if let Ok(large) = u64::try_from(number) {
        visitor.visit_u64(large)
    } else {
        visitor.visit_i128(number)
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            let Some(raw) = self.raw() else { return self.deserialize_any(visitor) };
            self.located(match text::whole(raw) {
                Some(whole) => number(whole, visitor),
                None => Err(Mistake::invalid_type(Unexpected::Str(raw), &visitor)),
            })
        }
    )*};
}

macro_rules! floats {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            let Some(raw) = self.raw() else { return self.deserialize_any(visitor) };
            self.located(match text::float(raw) {
                Some(float) => visitor.visit_f64(float),
                None => Err(Mistake::invalid_type(Unexpected::Str(raw), &visitor)),
            })
        }
    )*};
}

macro_rules! texts {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            let Some(raw) = self.raw() else { return self.deserialize_any(visitor) };
            self.located(visitor.visit_str(raw))
        }
    )*};
}

impl<'de> Deserializer<'de> for Typed<'_> {
    type Error = Mistake;

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }
    floats! { deserialize_f32 deserialize_f64 }
    texts! { deserialize_str deserialize_string deserialize_char deserialize_identifier deserialize_bytes deserialize_byte_buf }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let result = match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => number(*value, visitor),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_str(text),
            Value::Raw(text) => {
                let guess = text::guess(text, &self.node.origin);
                Typed::new(&guess, self.secret).deserialize_any(visitor)
            }
            Value::List(_) => self.sequence(visitor),
            Value::Table(_) => self.entries(&[], visitor),
        };
        self.located(result)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let Some(raw) = self.raw() else {
            return self.deserialize_any(visitor);
        };
        self.located(match text::boolean(raw) {
            Some(value) => visitor.visit_bool(value),
            None => Err(Mistake::invalid_type(Unexpected::Str(raw), &visitor)),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.value {
            Value::Null => visitor.visit_none(),
            Value::Raw(text) if text.is_empty() => visitor.visit_none(),
            _ => self.located(visitor.visit_some(self)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if name == secret::NAME {
            self.secret.set(true);
            return self.located(match &self.node.value {
                Value::Text(text) | Value::Raw(text) => visitor.visit_str(text),
                _ => Err(Mistake::custom("must be text (what stands there is secret)")),
            });
        }
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.located(self.sequence(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        self.located(self.sequence(visitor))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.located(self.sequence(visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.located(self.entries(&[], visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        // serde reads a `Duration` as a struct of seconds and nanoseconds; people write "30s".
        if name == "Duration" && fields == ["secs", "nanos"] {
            return self.located(duration(self.node, visitor));
        }
        self.located(self.entries(fields, visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let result =
            match &self.node.value {
                Value::Text(text) => visitor.visit_enum(
                    Into::<StrDeserializer<'_, Mistake>>::into(text.as_str().into_deserializer()),
                ),
                Value::Raw(text) if !text.trim_start().starts_with('{') => visitor.visit_enum(
                    Into::<StrDeserializer<'_, Mistake>>::into(text.trim().into_deserializer()),
                ),
                Value::Raw(text) => match text::table(text, &self.node.origin) {
                    Some(table) => variant(table, self.secret, visitor),
                    None => Err(Mistake::one_of(variants)),
                },
                Value::Table(table) => variant(table.clone(), self.secret, visitor),
                _ => Err(Mistake::one_of(variants)),
            };
        self.located(result)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_any(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        self.deserialize_any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }
}

fn duration<'de, V: Visitor<'de>>(node: &Node, visitor: V) -> Result<V::Value, Mistake> {
    let (Value::Text(text) | Value::Raw(text)) = &node.value else {
        return Err(Mistake::custom(
            "must be a length of time with its unit, as \"30s\", \"5m\" or \"1h 30m\"",
        ));
    };
    let length = humantime::parse_duration(text.trim()).map_err(|_| {
        Mistake::invalid_value(
            Unexpected::Str(text),
            &"a length of time as \"30s\", \"5m\" or \"1h 30m\"",
        )
    })?;
    let parts = [i128::from(length.as_secs()), i128::from(length.subsec_nanos())];
    let items: Vec<Node> =
        parts.iter().map(|part| Node::new(Value::Int(*part), node.origin.clone())).collect();
    visitor.visit_seq(Items { rest: items.into_iter(), place: 0, secret: &Cell::new(false) })
}

fn variant<'de, V: Visitor<'de>>(
    table: Table,
    secret: &Cell<bool>,
    visitor: V,
) -> Result<V::Value, Mistake> {
    let count = table.len();
    match table.into_iter().next() {
        Some((name, node)) if count == 1 => visitor.visit_enum(Variant { name, node, secret }),
        _ => Err(Mistake::custom("must be a table with one key, which names the variant")),
    }
}

struct Items<'a> {
    rest: vec::IntoIter<Node>,
    place: usize,
    secret: &'a Cell<bool>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        let Some(node) = self.rest.next() else {
            return Ok(None);
        };
        let place = self.place;
        self.place += 1;
        let result = seed.deserialize(Typed::new(&node, self.secret));
        result.map(Some).map_err(|mistake| mistake.under(Key::Place(place)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'a> {
    rest: btree_map::IntoIter<String, Node>,
    value: Option<(String, Node)>,
    secret: &'a Cell<bool>,
}

impl<'a> Entries<'a> {
    fn new(table: Table, secret: &'a Cell<bool>) -> Self {
        Self { rest: table.into_iter(), value: None, secret }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mistake> {
        let Some((key, node)) = self.rest.next() else {
            return Ok(None);
        };
        // A key is text, but a map may have numbers as keys.
        let spelled = Node::new(Value::Raw(key.clone()), node.origin.clone());
        self.value = Some((key, node));
        seed.deserialize(Typed::new(&spelled, self.secret)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mistake> {
        let Some((key, node)) = self.value.take() else {
            return Err(Mistake::custom("is read by a type that asks for values before keys"));
        };
        let result = seed.deserialize(Typed::new(&node, self.secret));
        result.map_err(|mistake| mistake.under(Key::Name(key)))
    }
}

struct Variant<'a> {
    name: String,
    node: Node,
    secret: &'a Cell<bool>,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Mistake> {
        let name: StrDeserializer<'_, Mistake> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        Err(Mistake::custom(format!("must be the bare text `{}`, which holds nothing", self.name)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mistake> {
        let result = seed.deserialize(Typed::new(&self.node, self.secret));
        result.map_err(|mistake| mistake.under(Key::Name(self.name)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        let result = Typed::new(&self.node, self.secret).deserialize_seq(visitor);
        result.map_err(|mistake| mistake.under(Key::Name(self.name)))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let result = Typed::new(&self.node, self.secret).deserialize_struct("", fields, visitor);
        result.map_err(|mistake| mistake.under(Key::Name(self.name)))
    }
}

//! Texts by name.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::{Quoted, quoted};
use crate::kinds::{Blank, ColumnType};
use crate::schema::Kind;
use crate::{Error, FieldType, Reader, Result, Value};

/// Texts by name, `None` for NULL (Django's `HStoreField`); PostgreSQL's extension `hstore` has
/// these.
///
/// ```
/// use carafe::models::HStore;
///
/// let sizes: HStore = [("width", "20 cm"), ("height", "3 cm")].into_iter().collect();
/// assert_eq!(sizes["width"].as_deref(), Some("20 cm"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HStore(pub BTreeMap<String, Option<String>>);

impl Deref for HStore {
    type Target = BTreeMap<String, Option<String>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for HStore {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for HStore {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), Some(value.into()))).collect())
    }
}

/// `"a"=>"1", "b"=>NULL`.
impl FieldType for HStore {
    fn from_reader(reader: &mut dyn Reader, column: usize) -> Result<Self> {
        match parsed(reader.str(column)?) {
            Some(pairs) => Ok(pairs),
            None => Err(Error::unfit(reader.name(column), "an hstore (`\"a\"=>\"1\"`)")),
        }
    }

    fn into_value(self) -> Value {
        let value = |value: &Option<String>| {
            value.as_ref().map_or_else(|| "NULL".to_owned(), |value| quoted(value))
        };
        let pairs = self.0.iter().map(|(key, own)| format!("{}=>{}", quoted(key), value(own)));
        Value::Text(pairs.collect::<Vec<_>>().join(", "))
    }
}

fn parsed(text: &str) -> Option<HStore> {
    let mut text = Quoted { rest: text.trim() };
    let mut pairs = BTreeMap::new();
    while !text.rest.is_empty() {
        let (key, _) = text.piece(&['='])?;
        if !text.take("=>") {
            return None;
        }
        let (value, is_quoted) = text.piece(&[','])?;
        let is_null = !is_quoted && value.trim().eq_ignore_ascii_case("null");
        pairs.insert(key, (!is_null).then_some(value));
        if !text.take(", ") && !text.rest.is_empty() {
            return None;
        }
    }
    Some(HStore(pairs))
}

impl ColumnType for HStore {
    const KIND: Kind = Kind::HStore;
}

impl Blank for HStore {
    fn blank() -> Self {
        Self::default()
    }
}

#[cfg(feature = "serde")]
impl serde_core::Serialize for HStore {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

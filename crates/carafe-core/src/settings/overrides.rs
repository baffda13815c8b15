//! Settings that the program itself sets: tests, `App::set` and `App::default_setting`.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::byte_size::ByteSize;
use super::node::{Node, Value};
use super::origin::Origin;
use super::secret::Secret;
use super::section::Section;

/// Settings that the program itself sets; they win over every file and variable, unless they are
/// given as [defaults](super::SettingsLoader::defaults).
///
/// ```
/// use carafe_core::settings::{Environment, Overrides, ServerSettings, SettingsLoader};
///
/// let overrides = Overrides::new().set("server.port", 80).set("security.allowed_hosts", ["a.example"]);
/// let settings = SettingsLoader::new(Environment::TEST).overrides(overrides).load()?;
/// assert_eq!(settings.section::<ServerSettings>()?.port, 80);
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Overrides {
    pub(super) keys: BTreeMap<String, SettingValue>,
    pub(super) sections: Vec<WholeSection>,
}

/// A section that the program made itself.
#[derive(Clone)]
pub(super) struct WholeSection {
    pub(super) type_id: TypeId,
    pub(super) value: Arc<dyn Any + Send + Sync>,
}

impl Overrides {
    /// Nothing set yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one key, as `"server.port"`; the last one of a key holds.
    ///
    /// That the key exists and takes the value is checked when the settings are loaded.
    pub fn set(mut self, key: impl Into<String>, value: impl Into<SettingValue>) -> Self {
        self.keys.insert(key.into(), value.into());
        self
    }

    /// Sets a whole section, typed; no file or variable is asked for any of its keys.
    pub fn section<T: Section>(mut self, section: T) -> Self {
        let type_id = TypeId::of::<T>();
        self.sections.retain(|other| other.type_id != type_id);
        self.sections.push(WholeSection { type_id, value: Arc::new(section) });
        self
    }

    /// Adds what another set has; where both set a key, the other one holds.
    pub fn and(mut self, stronger: Self) -> Self {
        self.keys.extend(stronger.keys);
        self.sections.retain(|old| stronger.sections.iter().all(|new| new.type_id != old.type_id));
        self.sections.extend(stronger.sections);
        self
    }
}

/// A value for [`Overrides::set`]: a flag, a number, text, a duration, a size, a secret, or a list.
#[derive(Clone)]
pub struct SettingValue(Value);

impl SettingValue {
    /// The value as it stands in the tree, with all that is inside a list.
    pub(super) fn into_node(self, origin: &Origin) -> Node {
        let value = match self.0 {
            Value::List(items) => Value::List(
                items.into_iter().map(|item| Self(item.value).into_node(origin)).collect(),
            ),
            value => value,
        };
        Node::new(value, origin.clone())
    }
}

macro_rules! values {
    ($($from:ty, $value:ident => $into:expr;)*) => {$(
        impl From<$from> for SettingValue {
            fn from($value: $from) -> Self {
                Self($into)
            }
        }
    )*};
}

values! {
    bool, value => Value::Bool(value);
    f32, value => Value::Float(f64::from(value));
    f64, value => Value::Float(value);
    &str, text => Value::Text(text.to_owned());
    String, text => Value::Text(text);
    Secret, secret => Value::Text(secret.expose().to_owned());
    ByteSize, size => Value::Int(i128::from(size.bytes()));
    Duration, length => Value::Text(humantime::format_duration(length).to_string());
    &Path, path => Value::Text(path.to_string_lossy().into_owned());
    PathBuf, path => Value::Text(path.to_string_lossy().into_owned());
    i8, n => Value::Int(n.into());
    i16, n => Value::Int(n.into());
    i32, n => Value::Int(n.into());
    i64, n => Value::Int(n.into());
    u8, n => Value::Int(n.into());
    u16, n => Value::Int(n.into());
    u32, n => Value::Int(n.into());
    u64, n => Value::Int(n.into());
    usize, n => Value::Int(n as i128);
}

impl<T: Into<SettingValue>> From<Vec<T>> for SettingValue {
    fn from(items: Vec<T>) -> Self {
        Self(Value::List(
            items.into_iter().map(|item| item.into().into_node(&Origin::Code)).collect(),
        ))
    }
}

impl<T: Into<SettingValue>, const N: usize> From<[T; N]> for SettingValue {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

//! The settings of one program: its sources laid over each other, and the sections read from them.

use std::any::{Any, TypeId};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::environment::Environment;
use super::fault::{Fault, tell};
use super::loader::{ENVIRONMENTS, SettingsLoader};
use super::node::Table;
use super::origin::Origin;
use super::overrides::WholeSection;
use super::reader::SectionReader;
use super::report::{Report, Row};
use super::section::{KnownSection, Place, Section, SectionSchema};
use super::unknown::{join, not_a_section, unknown_at_top};
use super::variables::Variable;
use crate::{Error, Result};

/// The settings of one program; a cheap handle, and no global: two apps in one process have two.
///
/// ```
/// use carafe_core::settings::{Environment, ServerSettings, Settings};
///
/// let settings = Settings::load("no/such/folder", Environment::TEST)?;
/// let server = settings.section::<ServerSettings>()?;
/// assert_eq!(server.host, "127.0.0.1");
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Settings(Arc<Inner>);

struct Inner {
    sources: Sources,
    sections: RwLock<Vec<Loaded>>,
}

/// All that was given, by strength laid over each other.
pub(super) struct Sources {
    pub(super) environment: Environment,
    pub(super) root: Table,
    pub(super) environments: Table,
    pub(super) variables: Vec<Variable>,
    pub(super) whole: Vec<WholeSection>,
}

/// A section that somebody made known; its value is missing if it has faults.
struct Loaded {
    type_id: TypeId,
    schema: &'static SectionSchema,
    value: Option<Arc<dyn Any + Send + Sync>>,
    rows: Vec<Row>,
}

impl Loaded {
    fn value_of(&self, type_id: TypeId) -> Option<Arc<dyn Any + Send + Sync>> {
        self.value.clone().filter(|_| self.type_id == type_id)
    }
}

impl Settings {
    /// Loads from all sources: `carafe.toml` and `.env` of the folder, the variables of the process.
    ///
    /// [`SettingsLoader`] takes more: sections that apps own, settings made by the program.
    pub fn load(dir: impl AsRef<Path>, environment: Environment) -> Result<Self> {
        SettingsLoader::new(environment).dir(dir).process_variables().load()
    }

    /// The environment that the program runs in.
    pub fn environment(&self) -> &Environment {
        &self.0.sources.environment
    }

    /// A section, typed; it is read once, and every later call gives the same one.
    ///
    /// The error tells everything that is wrong with the section.
    pub fn section<T: Section>(&self) -> Result<Arc<T>> {
        let mut faults = Vec::new();
        let value = self.read(&KnownSection::of::<T>(), &mut faults);
        if !faults.is_empty() {
            return Err(tell(faults));
        }
        value.and_then(|value| value.downcast().ok()).ok_or_else(|| {
            Error::setup(format!(
                "the settings `{}` gave neither a value nor a reason",
                T::SCHEMA.type_name
            ))
        })
    }

    /// Makes a section known and reads it, so that its mistakes are found now.
    pub fn register(&self, section: KnownSection) -> Result<()> {
        let mut faults = Vec::new();
        self.read(&section, &mut faults);
        if faults.is_empty() { Ok(()) } else { Err(tell(faults)) }
    }

    /// Refuses every section and key that nobody made known, in the tables of all environments;
    /// called at start, when all apps and plugins have said what they own.
    pub fn check(&self) -> Result<()> {
        let mut faults = Vec::new();
        self.refuse_unknown(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(tell(faults)) }
    }

    /// What is in force and where it comes from, secrets masked.
    pub fn report(&self) -> Report {
        let rows = self.sections().iter().flat_map(|section| section.rows.clone()).collect();
        Report::new(self.environment(), rows)
    }

    pub(super) fn new(sources: Sources) -> Self {
        Self(Arc::new(Inner { sources, sections: RwLock::default() }))
    }

    pub(super) fn refuse_unknown(&self, faults: &mut Vec<Fault>) {
        let schemas: Vec<_> = self.sections().iter().map(|section| section.schema).collect();
        let sources = &self.0.sources;
        unknown_at_top(&sources.root, &schemas, "", faults);
        for (name, node) in &sources.environments {
            if let Some(table) = node.table() {
                unknown_at_top(table, &schemas, &join(ENVIRONMENTS, name), faults);
            }
        }
    }

    /// Reads a section unless it has been; its faults are told once more if it has any.
    pub(super) fn read(
        &self,
        section: &KnownSection,
        faults: &mut Vec<Fault>,
    ) -> Option<Arc<dyn Any + Send + Sync>> {
        let known = self.sections().iter().find_map(|other| other.value_of(section.type_id));
        if known.is_some() {
            return known;
        }
        // A panic inside a type's own reading leaves the list as it was.
        let mut sections = self.0.sections.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have read it in between.
        if let Some(known) = sections.iter().find(|other| other.type_id == section.type_id) {
            if known.value.is_some() {
                return known.value.clone();
            }
        } else if let Some(fault) = claimed_twice(section, &sections) {
            faults.push(fault);
            return None;
        }
        let loaded = self.0.sources.read(section, faults);
        let value = loaded.value.clone();
        sections.retain(|other| other.type_id != section.type_id);
        sections.push(loaded);
        value
    }

    fn sections(&self) -> RwLockReadGuard<'_, Vec<Loaded>> {
        self.0.sections.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sources {
    fn read(&self, section: &KnownSection, faults: &mut Vec<Fault>) -> Loaded {
        let (schema, type_id) = (section.schema, section.type_id);
        if let Some(whole) = self.whole.iter().find(|whole| whole.type_id == type_id) {
            let shown = |field: &super::section::FieldSchema| {
                Row::new(
                    join(schema.path(), field.key),
                    "(set as a whole)".to_owned(),
                    Origin::Code,
                    field.docs,
                )
            };
            let rows = schema.fields.iter().map(shown).collect();
            return Loaded { type_id, schema, value: Some(Arc::clone(&whole.value)), rows };
        }
        let nothing = Table::new();
        let before = faults.len();
        let table = match (schema.place, self.root.get(schema.path())) {
            (Place::TopLevel, _) => Some(&self.root),
            (_, None) => Some(&nothing),
            (_, Some(node)) => node.table().or_else(|| {
                faults.push(not_a_section(schema.path(), node));
                None
            }),
        };
        let Some(table) = table else {
            return Loaded { type_id, schema, value: None, rows: Vec::new() };
        };
        let mut reader = SectionReader::new(schema, schema.path(), table, &self.variables);
        let value = (section.read)(&mut reader);
        faults.append(&mut reader.faults);
        let value = value.filter(|_| faults.len() == before);
        Loaded { type_id, schema, value, rows: reader.rows }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections: Vec<_> =
            self.sections().iter().map(|section| section.schema.path()).collect();
        f.debug_struct("Settings")
            .field("environment", self.environment())
            .field("sections", &sections)
            .finish_non_exhaustive()
    }
}

fn claimed_twice(section: &KnownSection, others: &[Loaded]) -> Option<Fault> {
    let schema = section.schema;
    if schema.place == Place::Nested {
        return Some(Fault::missing(format!(
            "`{}` has no place of its own in carafe.toml: give it `#[settings(section = \"…\")]`, or use it as a `#[setting(nested)]` field",
            schema.type_name
        )));
    }
    let other = others.iter().find(|other| other.schema.place == schema.place)?;
    let place = if schema.path().is_empty() {
        "the top level".to_owned()
    } else {
        format!("section [{}]", schema.path())
    };
    Some(Fault::missing(format!(
        "{place} belongs to `{}`, so `{}` cannot own it too; give one of them another section",
        other.schema.type_name, schema.type_name
    )))
}

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
    faults: Vec<Fault>,
    rows: Vec<Row>,
}

impl Loaded {
    fn without_value(section: &KnownSection, faults: Vec<Fault>) -> Self {
        let (type_id, schema) = (section.type_id, section.schema);
        Self { type_id, schema, value: None, faults, rows: Vec::new() }
    }

    /// Its value, or what is wrong with it.
    fn told(&self, faults: &mut Vec<Fault>) -> Option<Arc<dyn Any + Send + Sync>> {
        faults.extend_from_slice(&self.faults);
        self.value.clone()
    }
}

/// What is done about a section that nobody owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strangers {
    Refused,
    /// Somebody may own it who could not say so.
    LeftAlone,
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

    /// Tells all that is wrong with the sections that were asked for, and refuses every section and
    /// key that nobody made known, in the tables of all environments; called at start, when all apps
    /// and plugins have said what they own.
    pub fn check(&self) -> Result<()> {
        self.check_with(Strangers::Refused)
    }

    pub(crate) fn check_with(&self, strangers: Strangers) -> Result<()> {
        let mut faults = Vec::new();
        for section in self.sections().iter() {
            section.told(&mut faults);
        }
        self.refuse_unknown(strangers, &mut faults);
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

    pub(super) fn refuse_unknown(&self, strangers: Strangers, faults: &mut Vec<Fault>) {
        let schemas: Vec<_> = self.sections().iter().map(|section| section.schema).collect();
        let sources = &self.0.sources;
        unknown_at_top(&sources.root, &schemas, "", strangers, faults);
        for (name, node) in &sources.environments {
            if let Some(table) = node.table() {
                unknown_at_top(table, &schemas, &join(ENVIRONMENTS, name), strangers, faults);
            }
        }
    }

    /// Reads a section unless it has been, and tells its faults each time.
    pub(super) fn read(
        &self,
        section: &KnownSection,
        faults: &mut Vec<Fault>,
    ) -> Option<Arc<dyn Any + Send + Sync>> {
        let is_it = |other: &&Loaded| other.type_id == section.type_id;
        if let Some(known) = self.sections().iter().find(is_it) {
            return known.told(faults);
        }
        // A panic inside a type's own reading leaves the list as it was.
        let mut sections = self.0.sections.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have read it in between.
        if let Some(known) = sections.iter().find(is_it) {
            return known.told(faults);
        }
        let loaded = match claimed_twice(section, &sections) {
            Some(fault) => Loaded::without_value(section, vec![fault]),
            None => self.0.sources.read(section),
        };
        let value = loaded.told(faults);
        sections.push(loaded);
        value
    }

    fn sections(&self) -> RwLockReadGuard<'_, Vec<Loaded>> {
        self.0.sections.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sources {
    fn read(&self, section: &KnownSection) -> Loaded {
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
            let value = Some(Arc::clone(&whole.value));
            return Loaded { type_id, schema, value, faults: Vec::new(), rows };
        }
        let nothing = Table::new();
        let table = match (schema.place, self.root.get(schema.path())) {
            (Place::TopLevel, _) => Ok(&self.root),
            (_, None) => Ok(&nothing),
            (_, Some(node)) => node.table().ok_or_else(|| not_a_section(schema.path(), node)),
        };
        let table = match table {
            Ok(table) => table,
            Err(fault) => return Loaded::without_value(section, vec![fault]),
        };
        let mut reader = SectionReader::new(schema, schema.path(), table, &self.variables);
        let value = (section.read)(&mut reader);
        let SectionReader { faults, rows, .. } = reader;
        let value = value.filter(|_| faults.is_empty());
        Loaded { type_id, schema, value, faults, rows }
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

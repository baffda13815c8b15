//! Gathers the sources of the settings, and lays them over each other.

use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::base;
use super::dot_env;
use super::environment::Environment;
use super::fault::{Fault, tell};
use super::node::{Node, Table, Value, lay_over};
use super::origin::Origin;
use super::overrides::{Overrides, SettingValue};
use super::section::{KnownSection, Section};
use super::store::{Settings, Sources, Strangers};
use super::toml_file;
use super::variables::{self, ENVIRONMENT, Variable};
use crate::Result;
use crate::suggest::nearest;

/// The name of the file.
pub(super) const FILE: &str = "carafe.toml";

/// The key under which the tables of the environments stand.
pub(super) const ENVIRONMENTS: &str = "env";

/// No settings are this long; a wrong file must not fill the memory.
const LONGEST_FILE: u64 = 1 << 20;

/// Gathers the sources of the settings, then loads them.
///
/// A new one reads nothing outside the program, which is what a test wants;
/// [`Settings::load`] is the usual way, with all sources.
///
/// ```
/// use carafe_core::settings::{Environment, ServerSettings, SettingsLoader};
///
/// let settings = SettingsLoader::new(Environment::PRODUCTION)
///     .toml("[server]\nport = 8080\n[env.production.server]\nhost = \"0.0.0.0\"")
///     .variables([("PORT", "80")])
///     .load()?;
/// let server = settings.section::<ServerSettings>()?;
/// assert_eq!((server.host.as_str(), server.port), ("0.0.0.0", 80));
/// # Ok::<(), carafe_core::Error>(())
/// ```
#[must_use]
pub struct SettingsLoader {
    environment: Environment,
    toml: String,
    dot_env: String,
    variables: Vec<Variable>,
    overrides: Overrides,
    defaults: Overrides,
    sections: Vec<KnownSection>,
    faults: Vec<Fault>,
}

impl SettingsLoader {
    /// Reads nothing yet; the sections of the framework itself are known.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            toml: String::new(),
            dot_env: String::new(),
            variables: Vec::new(),
            overrides: Overrides::new(),
            defaults: Overrides::new(),
            sections: base::sections().to_vec(),
            faults: Vec::new(),
        }
    }

    /// Reads `carafe.toml` and `.env` of a folder; either may be missing.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.toml = read(dir.as_ref(), FILE, &mut self.faults);
        self.dot_env = read(dir.as_ref(), ".env", &mut self.faults);
        self
    }

    /// Takes this text for `carafe.toml`.
    pub fn toml(mut self, text: impl Into<String>) -> Self {
        self.toml = text.into();
        self
    }

    /// Takes this text for `.env`.
    pub fn dot_env(mut self, text: impl Into<String>) -> Self {
        self.dot_env = text.into();
        self
    }

    /// Reads the variables of the process.
    pub fn process_variables(self) -> Self {
        self.variables(variables::of_process())
    }

    /// Takes these for the variables of the process.
    pub fn variables<N, V>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let pairs = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables = variables::readable(pairs, &mut self.faults);
        self
    }

    /// Sets one key in code, as [`Overrides::set`].
    pub fn set(mut self, key: impl Into<String>, value: impl Into<SettingValue>) -> Self {
        self.overrides = self.overrides.set(key, value);
        self
    }

    /// Adds settings that the program makes.
    pub fn overrides(mut self, overrides: Overrides) -> Self {
        self.overrides = self.overrides.and(overrides);
        self
    }

    /// Adds values for the keys that no file, no variable and no [`Self::set`] sets; they are stronger
    /// than what a section declares.
    ///
    /// ```
    /// use carafe_core::settings::{Environment, Overrides, ServerSettings, SettingsLoader};
    ///
    /// let port = |variables: &[(&str, &str)]| {
    ///     let defaults = Overrides::new().set("server.port", 5000);
    ///     let loader = SettingsLoader::new(Environment::TEST).defaults(defaults);
    ///     let settings = loader.variables(variables.iter().copied()).load()?;
    ///     Ok::<_, carafe_core::Error>(settings.section::<ServerSettings>()?.port)
    /// };
    /// assert_eq!(port(&[])?, 5000);
    /// assert_eq!(port(&[("PORT", "80")])?, 80);
    /// # Ok::<(), carafe_core::Error>(())
    /// ```
    pub fn defaults(mut self, defaults: Overrides) -> Self {
        self.defaults = self.defaults.and(defaults);
        self
    }

    /// Makes a section known, so that [`Self::load`] reads and checks it.
    pub fn section<T: Section>(self) -> Self {
        self.sections([KnownSection::of::<T>()])
    }

    /// Makes sections known, as [`Self::section`].
    pub fn sections(mut self, sections: impl IntoIterator<Item = KnownSection>) -> Self {
        self.sections.extend(sections);
        self
    }

    /// Loads all that is known so far; a single error tells everything that is wrong.
    ///
    /// Sections that nobody made known yet are left alone, since a plugin may bring theirs later;
    /// [`Settings::check`] refuses them when all are there.
    pub fn load(self) -> Result<Settings> {
        let (settings, _, faults) = self.gather();
        if faults.is_empty() { Ok(settings) } else { Err(tell(faults)) }
    }

    /// As [`Self::load`] when no section comes later: what nobody owns is among the errors.
    pub fn load_all(self) -> Result<Settings> {
        let (settings, _, mut faults) = self.gather();
        settings.refuse_unknown(Strangers::Refused, &mut faults);
        if faults.is_empty() { Ok(settings) } else { Err(tell(faults)) }
    }

    /// As [`Self::load`] when plugins will ask for more: what is wrong with a section is left to
    /// [`Settings::check`], which tells it with theirs. Only sources that cannot be read are told here.
    pub(crate) fn begin(self) -> Result<Settings> {
        match self.gather() {
            (settings, Readable::Whole, _) => Ok(settings),
            (_, Readable::InPart, faults) => Err(tell(faults)),
        }
    }

    fn gather(mut self) -> (Settings, Readable, Vec<Fault>) {
        let mut faults = std::mem::take(&mut self.faults);
        let mut file = toml_file::parse(FILE, &self.toml, &mut faults);
        let environments = environments(&mut file, &self.environment, &mut faults);
        let mut root = code(&self.defaults, &Origin::App, &mut faults);
        lay_over(&mut root, file);
        if let Some(own) = environments.get(self.environment.name()).and_then(Node::table) {
            lay_over(&mut root, own.clone());
        }
        let dot_env = dot_env::parse(&self.dot_env, &mut faults);
        lay_over(&mut root, variables::tree(&dot_env, &mut faults));
        lay_over(&mut root, variables::tree(&self.variables, &mut faults));
        lay_over(&mut root, code(&self.overrides, &Origin::Code, &mut faults));

        let readable = if faults.is_empty() { Readable::Whole } else { Readable::InPart };
        let mut variables = self.variables;
        variables.extend(dot_env);
        let settings = Settings::new(Sources {
            environment: self.environment,
            root,
            environments,
            variables,
            whole: self.overrides.sections,
        });
        for section in &self.sections {
            settings.read(section, &mut faults);
        }
        if readable == Readable::InPart {
            // What seems to be missing may stand where nothing could be read.
            faults.retain(|fault| !fault.is_missing());
        }
        (settings, readable, faults)
    }
}

/// How much of the sources could be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readable {
    Whole,
    InPart,
}

impl Environment {
    /// The environment that `CARAFE_ENV` names, in the process or in the `.env` of a folder, else
    /// that of the build.
    pub fn detect(dir: impl AsRef<Path>) -> Result<Self> {
        let mut faults = Vec::new();
        let text = read(dir.as_ref(), ".env", &mut faults);
        // What is wrong with `.env` is told by the load.
        let dot_env = dot_env::parse(&text, &mut Vec::new());
        let process = variables::readable(variables::of_process(), &mut faults);
        if !faults.is_empty() {
            return Err(tell(faults));
        }
        Self::among(process.iter().chain(&dot_env))
    }

    fn among<'a>(mut variables: impl Iterator<Item = &'a Variable>) -> Result<Self> {
        match variables
            .find(|variable| &*variable.name == ENVIRONMENT && !variable.value.is_empty())
        {
            Some(variable) => variable
                .value
                .parse()
                .map_err(|error: crate::Error| error.at(variable.origin.to_string())),
            None => Ok(Self::of_build()),
        }
    }
}

/// Takes `[env.…]` out of the tree.
fn environments(root: &mut Table, running: &Environment, faults: &mut Vec<Fault>) -> Table {
    let Some(node) = root.remove(ENVIRONMENTS) else {
        return Table::new();
    };
    let Value::Table(environments) = node.value else {
        let sentence = "`env` holds the tables of the environments, as [env.production.server]";
        faults.push(Fault::at(node.origin, sentence));
        return Table::new();
    };
    for (name, node) in &environments {
        let known = [Environment::DEVELOPMENT, Environment::TEST, Environment::PRODUCTION];
        let near = nearest(name, known.iter().map(Environment::name));
        if node.table().is_none() {
            let sentence =
                format!("`env.{name}` must be a table: the settings of the environment `{name}`");
            faults.push(Fault::at(node.origin.clone(), sentence));
        } else if name.parse::<Environment>().map_or(true, |parsed| parsed.name() != name) {
            let sentence = format!(
                "`env.{name}` names no environment: those have lower-case letters, digits, `-` and `_`"
            );
            faults.push(Fault::at(node.origin.clone(), sentence));
        } else if let Some(near) = near.filter(|near| near != name && running.name() != name) {
            let sentence = format!(
                "`env.{name}` is one slip away from an environment; did you mean `env.{near}`?"
            );
            faults.push(Fault::at(node.origin.clone(), sentence));
        }
    }
    environments
}

/// The keys that the program sets.
fn code(overrides: &Overrides, origin: &Origin, faults: &mut Vec<Fault>) -> Table {
    let mut root = Table::new();
    for (key, value) in &overrides.keys {
        let path: Vec<String> = key.split('.').map(str::to_owned).collect();
        if path.iter().any(|step| step.is_empty() || step.contains(char::is_whitespace)) {
            faults.push(Fault::at(
                origin.clone(),
                format!("{key:?} is no key; one is written as `server.port`"),
            ));
        } else if variables::insert(&mut root, &path, value.clone().into_node(origin)).is_err() {
            faults.push(Fault::at(
                origin.clone(),
                format!("`{key}` contradicts another key that the program sets"),
            ));
        }
    }
    root
}

fn read(dir: &Path, name: &str, faults: &mut Vec<Fault>) -> String {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(dir.join(name));
    let result = opened.and_then(|file| file.take(LONGEST_FILE + 1).read_to_end(&mut bytes));
    let whole = |line| Origin::File { file: name.into(), line };
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => {
            faults.push(Fault::at(whole(1), format!("the file cannot be read: {error}")));
            String::new()
        }
        Ok(_) if bytes.len() as u64 > LONGEST_FILE => {
            faults
                .push(Fault::at(whole(1), "the file is longer than 1 MiB, which no settings are"));
            String::new()
        }
        Ok(_) => String::from_utf8(bytes).unwrap_or_else(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good].split(|byte| *byte == b'\n').count();
            faults.push(Fault::at(whole(line), "the file is not UTF-8 text; save it as UTF-8"));
            String::new()
        }),
    }
}

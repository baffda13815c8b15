//! Where templates come from: folders on disk, files inside the program, texts.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use carafe_core::assets::Assets;
use carafe_core::file_names::safe_join;
use carafe_core::{Error, Result};

/// A folder of templates: on disk, inside the program, or texts that are given by hand.
///
/// ```
/// use carafe_templates::TemplateFolder;
///
/// let folder = TemplateFolder::disk("templates");
/// let texts = TemplateFolder::texts([("hello.txt", "Hello {{ name }}!")]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateFolder(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Disk(PathBuf),
    Embedded(Vec<(&'static str, &'static str)>),
    Texts(Vec<(String, String)>),
    /// Files of the program that are no text: said when the site starts, where it can be an error.
    NotText(String),
}

impl TemplateFolder {
    /// A folder on disk. In development a changed file is seen by the next request.
    pub fn disk(folder: impl Into<PathBuf>) -> Self {
        Self(Kind::Disk(folder.into()))
    }

    /// Files inside the program, by their names below the folder.
    pub fn embedded(files: impl IntoIterator<Item = (&'static str, &'static [u8])>) -> Self {
        let mut texts = Vec::new();
        for (name, bytes) in files {
            match std::str::from_utf8(bytes) {
                Ok(text) => texts.push((name, text)),
                Err(_) if !is_template(name) => {}
                Err(_) => return Self(Kind::NotText(name.to_owned())),
            }
        }
        Self(Kind::Embedded(texts))
    }

    /// Texts by their names.
    pub fn texts<N: Into<String>, T: Into<String>>(
        texts: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        let texts = texts.into_iter().map(|(name, text)| (name.into(), text.into()));
        Self(Kind::Texts(texts.collect()))
    }
}

/// The folder `templates/` of a crate.
impl From<Assets> for TemplateFolder {
    fn from(assets: Assets) -> Self {
        match assets.embedded() {
            None => Self::disk(assets.root().join("templates")),
            Some(files) => Self::embedded(
                files
                    .iter()
                    .filter_map(|(path, bytes)| Some((path.strip_prefix("templates/")?, *bytes))),
            ),
        }
    }
}

impl From<&str> for TemplateFolder {
    fn from(folder: &str) -> Self {
        Self::disk(folder)
    }
}

impl From<PathBuf> for TemplateFolder {
    fn from(folder: PathBuf) -> Self {
        Self::disk(folder)
    }
}

impl From<&Path> for TemplateFolder {
    fn from(folder: &Path) -> Self {
        Self::disk(folder)
    }
}

/// The text of a template, and its file where it has one.
pub(crate) struct Found<'f> {
    pub(crate) text: Cow<'f, str>,
    pub(crate) file: Option<PathBuf>,
}

impl TemplateFolder {
    /// The template of a name; `None` where the folder has none.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Found<'_>>> {
        let text = match &self.0 {
            Kind::Embedded(files) => {
                files.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
            }
            Kind::Texts(texts) => {
                texts.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
            }
            Kind::NotText(file) => return Err(not_text(file)),
            Kind::Disk(folder) => return read(folder, name),
        };
        Ok(text.map(|text| Found { text: text.into(), file: None }))
    }

    /// The file of a name, if the folder is on disk and has it.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        let Kind::Disk(folder) = &self.0 else { return None };
        safe_join(folder, name).filter(|file| file.is_file())
    }

    /// Whether it is anything but files inside the program.
    pub(crate) fn is_changeable(&self) -> bool {
        !matches!(self.0, Kind::Embedded(_))
    }

    /// Files of the program, which live as long as it.
    pub(crate) fn fixed(&self) -> &[(&'static str, &'static str)] {
        match &self.0 {
            Kind::Embedded(files) => files,
            _ => &[],
        }
    }

    /// The names of all templates, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = match &self.0 {
            Kind::Embedded(files) => files.iter().map(|(name, _)| (*name).to_owned()).collect(),
            Kind::Texts(texts) => texts.iter().map(|(name, _)| name.clone()).collect(),
            Kind::NotText(file) => return Err(not_text(file)),
            Kind::Disk(folder) => {
                let mut found = Vec::new();
                walk(folder, "", 0, &mut found);
                found
            }
        };
        names.retain(|name| is_template(name));
        names.sort();
        Ok(names)
    }

    /// What a person would look for: the path below the working folder, or the name.
    pub(crate) fn place(&self, name: &str) -> String {
        match &self.0 {
            Kind::Disk(folder) => {
                let file = folder.join(name);
                let here = std::env::current_dir().unwrap_or_default();
                file.strip_prefix(here).unwrap_or(&file).display().to_string()
            }
            _ => name.to_owned(),
        }
    }
}

fn read(folder: &Path, name: &str) -> Result<Option<Found<'static>>> {
    let Some(file) = safe_join(folder, name).filter(|file| file.is_file()) else {
        return Ok(None);
    };
    let bytes = std::fs::read(&file).map_err(|error| {
        Error::internal(format!("the template `{name}` cannot be read"))
            .at(file.display().to_string())
            .hint("check its permissions")
            .because(error)
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Found { text: text.into(), file: Some(file) })),
        Err(_) => Err(not_text(name)),
    }
}

/// How deep folders of templates may stand in each other; also the end of links in a ring.
const DEEPEST: usize = 32;

/// Collects files; hidden ones, and those that editors leave behind, are no templates.
fn walk(folder: &Path, below: &str, depth: usize, to: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            if depth < DEEPEST {
                walk(&entry.path(), &path, depth + 1, to);
            }
        } else {
            to.push(path);
        }
    }
}

/// Whether a file of a template folder is one: pictures and the like may lie beside them.
fn is_template(name: &str) -> bool {
    const OTHERS: [&str; 16] = [
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf", "otf", "pdf",
        "zip", "gz", "mp4", "webm",
    ];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    !OTHERS.contains(&extension.to_ascii_lowercase().as_str())
}

fn not_text(name: &str) -> Error {
    Error::internal(format!("the template `{name}` is no UTF-8 text")).hint("save it as UTF-8")
}

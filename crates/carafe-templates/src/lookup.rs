//! The folders of all apps as one: which of them has a name.

use carafe_core::Result;

use crate::folder::{Found, TemplateFolder};

/// The folders of a site in the order in which they are asked: the outermost app's first, then
/// those of the apps mounted in it, so that an outer app overrides what an inner one has.
///
/// `blog:post.html` is the one of the app `blog` itself, whoever overrides it.
#[derive(Debug)]
pub(crate) struct Lookup(Vec<(String, TemplateFolder)>);

impl Lookup {
    pub(crate) fn new(folders: Vec<(String, TemplateFolder)>) -> Self {
        Self(folders)
    }

    /// The template of a name, and the folder that has it.
    pub(crate) fn find<'l>(
        &'l self,
        name: &str,
    ) -> Result<Option<(&'l TemplateFolder, Found<'l>)>> {
        let (app, name) = split(name);
        for folder in self.of(app) {
            if let Some(found) = folder.find(name)? {
                return Ok(Some((folder, found)));
            }
        }
        Ok(None)
    }

    /// The file that a name means now; `None` where it means none, or is inside the program.
    pub(crate) fn file(&self, name: &str) -> Option<std::path::PathBuf> {
        let (app, name) = split(name);
        self.of(app).find_map(|folder| folder.file(name))
    }

    /// Files inside the program that no folder on disk comes before: they never change.
    pub(crate) fn fixed(&self) -> Vec<(&'static str, &'static str)> {
        let mut fixed: Vec<(&'static str, &'static str)> = Vec::new();
        for (_, folder) in self.0.iter().take_while(|(_, folder)| !folder.is_changeable()) {
            for (name, text) in folder.fixed() {
                if fixed.iter().all(|(known, _)| known != name) {
                    fixed.push((name, text));
                }
            }
        }
        fixed
    }

    /// The names of all templates as pages give them, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for (_, folder) in &self.0 {
            names.extend(folder.names()?);
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Every template of every app, overridden or not, by its full name.
    pub(crate) fn all(&self) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for (app, folder) in &self.0 {
            for name in folder.names()? {
                all.push(if app.is_empty() { name } else { format!("{app}:{name}") });
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// Where a person finds the template of a name.
    pub(crate) fn place(&self, name: &str) -> String {
        match self.find(name) {
            Ok(Some((folder, _))) => folder.place(split(name).1),
            _ => name.to_owned(),
        }
    }

    fn of<'l>(&'l self, app: Option<&str>) -> impl Iterator<Item = &'l TemplateFolder> {
        self.0
            .iter()
            .filter(move |(own, _)| app.is_none_or(|app| own == app))
            .map(|(_, folder)| folder)
    }
}

/// The app and the name of `blog:post.html`.
fn split(name: &str) -> (Option<&str>, &str) {
    match name.split_once(':') {
        Some((app, name)) => (Some(app), name),
        None => (None, name),
    }
}

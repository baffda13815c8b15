//! `carafe new`: a folder with a program of five lines.

mod files;
mod name;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::{Failure, Result};
use crate::terminal;

/// Makes a folder with a new project: one file of five lines.
#[derive(Args)]
pub(crate) struct New {
    /// The project's name, which is also the folder's; a path is fine, its last part is the name.
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// A checkout of Carafe to build against, in place of the released crate.
    #[arg(long, value_name = "PATH")]
    checkout: Option<PathBuf>,
    /// Features of Carafe, as `sqlite` for a database; `cargo add carafe -F sqlite` adds them later.
    #[arg(long, short = 'F', value_name = "NAMES", value_delimiter = ',')]
    features: Vec<String>,
}

impl New {
    pub(crate) fn run(self) -> Result<()> {
        let name = name::of(&self.folder)?;
        let checkout = self.checkout.as_deref().map(facade_in).transpose()?;
        refuse_what_is_there(&self.folder)?;
        let around = workspace_around(&self.folder);
        // Who tries it inside of the checkout makes no member of Carafe.
        let is_carafe = |manifest: &PathBuf| {
            checkout.as_ref().is_some_and(|facade| {
                manifest.canonicalize().is_ok_and(|manifest| {
                    manifest.parent().is_some_and(|folder| facade.starts_with(folder))
                })
            })
        };
        let place = match &around {
            None => files::Place::Alone,
            Some(manifest) if is_carafe(manifest) => files::Place::InCheckout,
            Some(_) => files::Place::InWorkspace,
        };
        let workspace = around.filter(|_| place == files::Place::InWorkspace);
        let project = files::Project { name, checkout, features: self.features, place };
        for (path, text) in project.files() {
            write(&self.folder.join(path), &text)?;
        }
        let shown = self.folder.display();
        terminal::say(format_args!("made {shown}; start it with `cd {shown}` and `carafe dev`"));
        if let Some(workspace) = workspace {
            terminal::say(format_args!(
                "it stands inside the workspace {}: see that `members` there has it",
                workspace.display()
            ));
        }
        Ok(())
    }
}

/// The crate `carafe` of a checkout, as an absolute path, so that the project may be moved.
fn facade_in(checkout: &Path) -> Result<PathBuf> {
    let facade = checkout.join("crates").join("carafe");
    if !facade.join("Cargo.toml").is_file() {
        let shown = checkout.display();
        return Err(Failure::new(format!(
            "{shown} is no checkout of Carafe: it has no crates/carafe"
        ))
        .hint("--checkout wants the folder that `git clone` made"));
    }
    facade.canonicalize().map_err(|error| {
        Failure::new(format!("the checkout {} cannot be read: {error}", checkout.display()))
    })
}

fn refuse_what_is_there(folder: &Path) -> Result<()> {
    let shown = folder.display();
    let meta = match fs::symlink_metadata(folder) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::new(format!("{shown} cannot be looked at: {error}"))),
    };
    let empty = meta.is_dir() && fs::read_dir(folder).is_ok_and(|mut list| list.next().is_none());
    if empty {
        return Ok(());
    }
    let what = if meta.is_dir() { "a folder that is not empty" } else { "no folder" };
    Err(Failure::new(format!("{shown} is there already, and is {what}"))
        .hint("take another name, or move it away"))
}

/// The manifest of a workspace that the new folder would be a part of.
fn workspace_around(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    absolute.ancestors().skip(1).map(|above| above.join("Cargo.toml")).find(|manifest| {
        let table =
            fs::read_to_string(manifest).ok().and_then(|text| text.parse::<toml::Table>().ok());
        table.is_some_and(|table| table.contains_key("workspace"))
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))
}

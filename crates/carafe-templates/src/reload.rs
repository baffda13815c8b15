//! Templates are taken from their folders; in development anew once their file changed.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use minijinja::{Environment, TemplateSource};

use crate::lookup::Lookup;
use crate::root::of_ours;

/// Lets the environment load from the folders.
///
/// What is inside the program is compiled once, here. A file is looked at (not read) each time
/// that its template is used, so that no thread has to watch, and a new file in a folder that
/// comes earlier is seen too.
pub(crate) fn connect(environment: &mut Environment<'static>, lookup: &Arc<Lookup>, reload: bool) {
    environment.set_auto_reload(reload);
    if !reload {
        for (name, text) in lookup.fixed() {
            // What is wrong in it is met again, and said, when it is checked or used.
            let _ = environment.add_template(name, text);
        }
    }
    let lookup = lookup.clone();
    environment.set_loader(move |name| {
        let Some((_, found)) = lookup.find(name).map_err(of_ours)? else { return Ok(None) };
        let source = TemplateSource::new(found.text);
        let Some(file) = found.file else { return Ok(Some(source)) };
        let (lookup, name, stamp) = (lookup.clone(), name.to_owned(), Stamp::of(&file));
        Ok(Some(source.with_uptodate_check(move || {
            lookup.file(&name).is_some_and(|now| now == file && Stamp::of(&now) == stamp)
        })))
    });
}

/// What changes when a file is written.
#[derive(PartialEq)]
struct Stamp(Option<(SystemTime, u64)>);

impl Stamp {
    fn of(file: &Path) -> Self {
        let metadata = fs::metadata(file).ok();
        Self(metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len()))))
    }
}

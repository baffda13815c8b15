//! The files of a form, by name.

use super::Upload;

/// The files of a form, by the name of their field (Flask's `request.files`).
#[derive(Debug, Default)]
pub struct Files(Vec<Upload>);

impl Files {
    pub(super) fn new(files: Vec<Upload>) -> Self {
        Self(files)
    }

    /// The first file of that name.
    pub fn get(&self, name: &str) -> Option<&Upload> {
        self.0.iter().find(|file| file.name() == name)
    }

    /// All files of that name, as `<input type="file" multiple>` sends them.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.0.iter().filter(move |file| file.name() == name)
    }

    /// Takes the first file of that name out.
    pub fn take(&mut self, name: &str) -> Option<Upload> {
        let at = self.0.iter().position(|file| file.name() == name)?;
        Some(self.0.remove(at))
    }

    /// Every file, in the order in which they came.
    pub fn iter(&self) -> std::slice::Iter<'_, Upload> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if none was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Files {
    type Item = Upload;
    type IntoIter = std::vec::IntoIter<Upload>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Files {
    type Item = &'a Upload;
    type IntoIter = std::slice::Iter<'a, Upload>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

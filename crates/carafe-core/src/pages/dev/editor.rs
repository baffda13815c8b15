//! The address that opens a file in the user's editor.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The user's editor, by the address that it listens to.
pub(super) struct Editor(String);

impl Editor {
    /// The editor of a name, or of an address with `{file}` and `{line}`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let address = match name.to_ascii_lowercase().as_str() {
            "vscode" | "code" => "vscode://file{file}:{line}",
            "vscodium" | "codium" => "vscodium://file{file}:{line}",
            "cursor" => "cursor://file{file}:{line}",
            "windsurf" => "windsurf://file{file}:{line}",
            "zed" => "zed://file{file}:{line}",
            "idea" => "idea://open?file={file}&line={line}",
            "rustrover" | "jetbrains" => {
                "jetbrains://rustrover/navigate/reference?path={file}:{line}"
            }
            "sublime" | "subl" => "subl://open?url=file://{file}&line={line}",
            "emacs" => "emacs://open?url=file://{file}&line={line}",
            _ if name.contains("://") && name.contains("{file}") => name,
            _ => return None,
        };
        Some(Self(address.to_owned()))
    }

    pub(super) fn address(&self, file: &Path, line: u32) -> Option<String> {
        let file = file.to_str()?.replace('\\', "/");
        // `C:/blog` follows a scheme with a slash of its own.
        let slash = if file.starts_with('/') { "" } else { "/" };
        let file = format!("{slash}{}", utf8_percent_encode(&file, IN_PATH));
        Some(self.0.replace("{line}", &line.to_string()).replace("{file}", &file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, file: &str, address: Option<&str>) {
        let made = Editor::named(name).and_then(|editor| editor.address(Path::new(file), 7));
        assert_eq!(made.as_deref(), address);
    }

    #[test]
    fn addresses() {
        check("vscode", "/blog/src/main.rs", Some("vscode://file/blog/src/main.rs:7"));
        check("VSCode", "C:\\a b\\x.rs", Some("vscode://file/C:/a%20b/x.rs:7"));
        check("my://{file}?l={line}", "/a&\"<.rs", Some("my:///a%26%22%3C.rs?l=7"));
        check("javascript:{file}", "/a", None);
        check("vi", "/a", None);
        check("", "/a", None);
    }
}

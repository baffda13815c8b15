//! A name under which a stranger's file may be kept.

use super::safe_join::is_device;
use super::to_ascii;

/// Makes a harmless name of one that came from outside (Werkzeug's `secure_filename`): ASCII
/// letters, digits, `_`, `-` and `.`, no folders, no leading dot.
///
/// ```
/// use carafe_core::file_names::secure_filename;
///
/// assert_eq!(secure_filename("../../../etc/passwd"), "etc_passwd");
/// assert_eq!(secure_filename("i contain cool ümläuts.txt"), "i_contain_cool_umlauts.txt");
/// assert_eq!(secure_filename(".htaccess"), "htaccess");
/// assert_eq!(secure_filename("日本"), "");
/// ```
///
/// Nothing may be left, and two names may become one: check for the empty string, and put a
/// number or a random part into names that must not collide. Names of Windows devices get a
/// leading `_` on every system, since files travel.
pub fn secure_filename(name: &str) -> String {
    let ascii = to_ascii(name).replace(['/', '\\'], " ");
    let words: Vec<&str> = ascii.split_whitespace().collect();
    let kept: String = words
        .join("_")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        .collect();
    let name = kept.trim_matches(['.', '_']);
    if is_device(name) { format!("_{name}") } else { name.to_owned() }
}

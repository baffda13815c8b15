//! The words of a command line.

/// The words, `--name=value` as two of them.
pub fn words(words: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    words.flat_map(|word| match word.split_once('=') {
        Some((name, value)) => vec![name.to_owned(), value.to_owned()],
        None => vec![word],
    })
}

pub fn list(text: &str) -> Vec<String> {
    text.split(',').map(|item| item.trim().to_owned()).collect()
}

pub fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text} is no number that fits here; see --help"))
}

/// An error where something was asked for that there is not.
pub fn known<'k>(
    asked: &[String],
    known: impl Iterator<Item = &'k str>,
    what: &str,
) -> Result<(), String> {
    let known: Vec<_> = known.collect();
    match asked.iter().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("there is no {what} {name}; there are: {}", known.join(" "))),
        None => Ok(()),
    }
}

//! "Did you mean …?"

/// The candidate that a slip or three of typing make into `wanted`, if there is one.
///
/// ```
/// use carafe_core::suggest::nearest;
///
/// assert_eq!(nearest("lst.html", ["list.html", "base.html"]), Some("list.html"));
/// assert_eq!(nearest("zzz", ["list.html"]), None);
/// ```
pub fn nearest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // The comparison takes time and memory by the product of the lengths.
    if wanted.len() > LONGEST {
        return None;
    }
    let slips = (wanted.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What is longer was not typed by hand.
const LONGEST: usize = 80;

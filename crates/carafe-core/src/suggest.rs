//! "Did you mean …?"

/// The candidate that `wanted` was most likely meant to be, if one is near.
///
/// ```
/// use carafe_core::suggest::nearest;
///
/// assert_eq!(nearest("lst.html", ["list.html", "base.html"]), Some("list.html"));
/// assert_eq!(nearest("zzz", ["list.html"]), None);
/// ```
pub fn nearest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let scored = candidates.into_iter().map(|name| (strsim::jaro_winkler(wanted, name), name));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 > 0.75).then_some(best.1)
}

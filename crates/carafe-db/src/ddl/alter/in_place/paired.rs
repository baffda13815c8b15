//! Which of the constraints and indexes before are which of those after.

/// For each of the old ones, the place of the new one that it is: the one of its name, else one that has got
/// another name. Two may be the same in all but their names.
pub(super) fn paired<T>(
    old: &[T],
    new: &[T],
    name: impl Fn(&T) -> &str,
    is_like: impl Fn(&T, &T) -> bool,
) -> Vec<Option<usize>> {
    let same =
        |own: &T| new.iter().position(|other| name(other) == name(own) && is_like(own, other));
    let mut pairs: Vec<Option<usize>> = old.iter().map(same).collect();
    for (index, own) in old.iter().enumerate() {
        if pairs[index].is_none() {
            let free = |place: &usize| !pairs.contains(&Some(*place)) && is_like(own, &new[*place]);
            pairs[index] = (0..new.len()).find(free);
        }
    }
    pairs
}

/// Those of the new ones that no old one is.
pub(super) fn added<'t, T>(new: &'t [T], pairs: &[Option<usize>]) -> Vec<&'t T> {
    let is_new = |(place, _): &(usize, &T)| !pairs.contains(&Some(*place));
    new.iter().enumerate().filter(is_new).map(|(_, own)| own).collect()
}

#[cfg(test)]
mod tests {
    use super::{added, paired};

    /// `name=definition` before and after, and what becomes of them.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let read = |text: &str| -> Vec<(String, String)> {
            let pairs = text.split_whitespace().filter_map(|own| own.split_once('='));
            pairs.map(|(name, what)| (name.to_owned(), what.to_owned())).collect()
        };
        let (old, new) = (read(old), read(new));
        let pairs = paired(&old, &new, |own| &own.0, |one, other| one.1 == other.1);
        let becomes = old.iter().zip(&pairs).map(|((name, _), pair)| match pair {
            Some(place) => format!("{name}→{}", new[*place].0),
            None => format!("-{name}"),
        });
        let more = added(&new, &pairs).into_iter().map(|(name, _)| format!("+{name}"));
        assert_eq!(becomes.chain(more).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn each_is_one_of_those_before() {
        check("a=1 b=2", "a=1 b=2", "a→a b→b");
        check("a=1", "b=1", "a→b");
        check("a=1", "a=2", "-a +a");
        // Two that say the same stay two.
        check("a=1", "a=1 b=1", "a→a +b");
        check("a=1 b=1", "b=1", "-a b→b");
        check("a=1 b=1", "c=1 b=1", "a→c b→b");
    }
}

//! Names that were perhaps meant: by edit distance.

/// How many letters must be put in, taken out, changed or swapped with their neighbour to make `b` of `a`
/// (optimal string alignment), case aside.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let lower = |s: &str| s.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>();
    let (a, b) = (lower(a), lower(b));
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]) as usize;
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The nearest of `names`, if it is near enough to have been meant; among equals the first.
pub(crate) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Long words of a hostile file are not worth the time.
    if word.len() > 40 {
        return None;
    }
    let allowed = (word.len() / 3).clamp(1, 3);
    let close = names.into_iter().filter(|name| name.len().abs_diff(word.len()) <= allowed);
    let scored = close.map(|name| (distance(word, name), name));
    scored.filter(|(d, _)| *d <= allowed && *d < word.len()).min_by_key(|(d, _)| *d).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("loop", "loop"), 0);
        assert_eq!(distance("LOOP", "lopo"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_near_names_are_offered() {
        assert_eq!(nearest("pritn", ["print", "loop"]), Some("print"));
        assert_eq!(nearest("message", ["print", "loop"]), None);
        assert_eq!(nearest("b", ["c"]), None);
    }
}

//! How an object that skink has assembled differs from the one that GNU as made.

use object::{Object, ObjectSection};

/// Where two objects that are not the same differ first.
pub(crate) fn first(ours: &[u8], theirs: &[u8]) -> String {
    let (Ok(a), Ok(b)) = (object::File::parse(ours), object::File::parse(theirs)) else {
        return "is no object".into();
    };
    for section in b.sections() {
        let name = section.name().unwrap_or_default();
        let Some(mine) = a.sections().find(|s| s.index() == section.index()) else {
            return format!("has no section {name}");
        };
        let (x, y) = (mine.data().unwrap_or_default(), section.data().unwrap_or_default());
        if x != y || mine.name().ok() != section.name().ok() {
            let first = x.iter().zip(y).position(|(a, b)| a != b).unwrap_or(x.len().min(y.len()));
            return format!("{name} differs at {first:#x}");
        }
    }
    let first = ours.iter().zip(theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
    format!("differs at {first:#x} outside of contents")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asm::assemble;
    use std::path::Path;

    fn object(text: &str) -> Vec<u8> {
        assemble(Path::new("test.s"), text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_place_is_named() {
        let whole = object("nop\n.data\n.word 1, 2\n");
        let of = |text: &str| first(&object(text), &whole);
        assert_eq!(of("nop\n.data\n.word 1, 3\n"), ".data differs at 0x4");
        assert_eq!(of("nop\nnop\n.data\n.word 1, 2\n"), ".text differs at 0x4");
        assert_eq!(of("nop\n.data\n.word 1\n"), ".data differs at 0x4");
    }

    #[test]
    fn relocations_in_another_order_differ() {
        let text =
            |a, b| format!(".data\n.reloc {a}, R_ARM_NONE, f\n.reloc {b}, R_ARM_NONE, f\n.word 0, 0\n");
        let [there, here] = [text(0, 4), text(4, 0)].map(|text| object(&text));
        assert!(first(&here, &there).starts_with(".rel.data differs"), "{}", first(&here, &there));
    }

    #[test]
    fn what_is_not_in_a_section_differs_too() {
        let there = object(".data\n.word 1\n");
        let mut here = there.clone();
        // e_flags
        here[36] ^= 1;
        assert_eq!(first(&here, &there), "differs at 0x24 outside of contents");
        assert_eq!(first(b"no ELF file", &there), "is no object");
    }

    #[test]
    fn a_section_less_is_named() {
        let there = object(".section .more, \"a\"\n.word 1\n");
        let what = first(&object(".data\n"), &there);
        assert!(what.contains(".more"), "{what}");
    }
}

//! The system call part of COMPAT.md, from the table.

use super::table::{ROWS, Support};
use std::fmt::Write;

/// A markdown table of all system calls, with a line of totals before it.
pub fn markdown() -> String {
    let count = |support| ROWS.iter().filter(|row| row.support() == support).count();
    let mut out = format!(
        "{} system calls: {} full, {} partial, {} refused, {} answered with ENOSYS.\n\n",
        ROWS.len(),
        count(Support::Full),
        count(Support::Partial),
        count(Support::Refused),
        count(Support::None),
    );
    out.push_str("| number | name | support | note |\n|---|---|---|---|\n");
    for row in ROWS {
        let support = match row.support() {
            Support::Full => "full",
            Support::Partial => "partial",
            Support::Refused => "refused",
            Support::None => "ENOSYS",
        };
        let nr = if row.nr < 0x1000 { row.nr.to_string() } else { format!("{:#x}", row.nr) };
        let _ = writeln!(out, "| {nr} | {} | {support} | {} |", row.name, row.note);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_full_says_why() {
        for row in ROWS {
            assert_eq!(row.support() == Support::Full, row.note.is_empty(), "{}", row.name);
        }
        assert!(markdown().contains("| 3 | read | full |  |\n"));
    }
}

//! Wrong programs and what they are told: `tests/asm/wrong/*.s` with `.expected` beside them.
//!
//! `SKINK_BLESS=1 cargo test -p skink-asm --test wrong` writes the messages of today into the `.expected` files; what
//! changed is then read in the diff.

use skink_asm::source::NoFiles;
use skink_asm::{Sources, manchester};
use std::fmt::Write;
use std::fs;
use std::path::Path;

#[test]
fn wrong_programs_are_told_what_is_expected() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/asm/wrong");
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let mut paths: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "s"));
    paths.sort();
    let mut report = String::new();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let mut sources = Sources::default();
        let file = sources.add(name.as_ref(), fs::read(path).unwrap(), None);
        let assembly = manchester::assemble(&mut sources, file, &NoFiles);
        let said = assembly.diags.render(&sources);
        if said.is_empty() {
            let _ = writeln!(report, "{name}: nothing is said");
        }
        let golden = path.with_extension("expected");
        if bless {
            fs::write(&golden, &said).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != said {
            let _ = writeln!(report, "{name}: expected is not what is said:\n{said}");
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(paths.len() >= 60, "only {} programs", paths.len());
}

//! Wrong programs and what they are told: `tests/asm/wrong/*.s` of the Manchester dialect and `tests/asm/wrong-gnu/*.s`
//! of the GNU dialect, with `.expected` beside them.
//!
//! `SKINK_BLESS=1 cargo test -p skink-asm --test wrong` writes the messages of today into the `.expected` files; what
//! changed is then read in the diff.

use skink_asm::build::Options;
use skink_asm::link::{Target, link};
use skink_asm::source::{FileId, NoFiles};
use skink_asm::{Sources, flow, gnu, layout, manchester};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Compares what is said of each program of a directory.
fn compare(name: &str, least: usize, say: fn(&mut Sources, FileId) -> String) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/asm").join(name);
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let mut paths: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "s"));
    paths.sort();
    let mut report = String::new();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let mut sources = Sources::default();
        let file = sources.add(name.as_ref(), fs::read(path).unwrap(), None);
        let said = say(&mut sources, file);
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
    assert!(paths.len() >= least, "only {} programs", paths.len());
}

#[test]
fn wrong_programs_are_told_what_is_expected() {
    compare("wrong", 60, |sources, file| {
        let assembly = manchester::assemble(sources, file, &NoFiles);
        assembly.diags.render(sources)
    });
}

#[test]
fn wrong_programs_of_the_gnu_dialect_too() {
    compare("wrong-gnu", 40, |sources, file| {
        let mut builder = gnu::assemble(sources, file, &NoFiles, Options { lines: true });
        let mut object = layout::layout(&mut builder.program, &mut builder.diags);
        let (mut program, mut diags) = (builder.program, builder.diags);
        if !diags.has_errors() {
            diags.extend(flow::into_data(&program, &object, sources));
            link(&mut program, &mut object, Target::Linux, &mut diags);
        }
        diags.render(sources)
    });
}

/// What suggestions are made of must be there.
#[test]
fn every_directive_that_is_suggested_is_known() {
    for &name in gnu::DIRECTIVES {
        let mut sources = Sources::default();
        let file = sources.add("a.s", format!("{name}\n").into_bytes(), None);
        let said = gnu::assemble(&mut sources, file, &NoFiles, Options::default()).diags.render(&sources);
        assert!(!said.contains("is no directive"), "{name}:\n{said}");
    }
}

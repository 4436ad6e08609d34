//! `cargo fuzz run assembler fuzz/corpus/assembler examples/manchester tests/asm/wrong tests/asm/wrong-gnu`: no text
//! panics the assembler in either dialect, in any of its stages and formats, and what it makes of a text is what its
//! own tables say. The tests of skink-board run a sample.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skink_asm::build::Options;
use skink_asm::flat::{Flat, kmd, listing};
use skink_asm::link::{Target, link};
use skink_asm::source::NoFiles;
use skink_asm::{Diagnostics, FileId, Sources, debug, emit, flow, gnu, layout, manchester, object};

/// No file of these tests is as large.
const LIMIT: u64 = 1 << 18;

fuzz_target!(|text: &[u8]| {
    skink_asm::detect(text);
    manchester_dialect(text);
    gnu_dialect(text);
});

fn manchester_dialect(text: &[u8]) {
    let mut sources = Sources::default();
    let file = sources.add("fuzz.s", text, None);
    let assembly = manchester::assemble(&mut sources, file, &NoFiles);
    let said = assembly.diags.render(&sources);
    assert_eq!(assembly.diags.has_errors(), said.lines().any(|line| line.starts_with("error: ")));
    emit::tokens(&sources, &assembly.tokens);
    emit::ast(&sources, &assembly.stmts);
    let flat = &assembly.flat;
    if flat.segments.iter().map(|segment| segment.bytes.len() as u64).sum::<u64>() > LIMIT {
        return;
    }
    for row in &flat.rows {
        // Where nothing overlaps, a row's bytes are there.
        assert!(assembly.diags.has_errors() || flat.bytes(row).len() == row.len as usize);
    }
    emit::hir(&assembly.program, &sources);
    emit::lir(&assembly.program, &assembly.object, &sources);
    images(flat, &sources, file);
    if assembly.diags.has_errors() {
        return;
    }
    let (mut program, mut object) = flat.placed();
    debug::add(&mut program, &mut object, &sources, file, "");
    if let Some(linked) = link(&program, &object, Target::Bare { base: 0 }, &mut Diagnostics::default()) {
        linked.file();
    }
    let again = manchester::assemble_relocatable(&mut sources, file, &NoFiles);
    let small = flat.range().is_none_or(|(low, high)| high - u64::from(low) <= LIMIT);
    if small && let Some((program, object)) = again.flat.relocatable(&mut Diagnostics::default()) {
        object::write(&program, &object);
    }
}

fn gnu_dialect(text: &[u8]) {
    let mut sources = Sources::default();
    let file = sources.add("fuzz.s", text, None);
    emit::tokens(&sources, &gnu::tokens(text).into_iter().map(|token| (file, token)).collect::<Vec<_>>());
    let stmts = gnu::statements(&mut sources, file, &NoFiles);
    emit::ast(&sources, &stmts);

    let mut sources = Sources::default();
    let file = sources.add("fuzz.s", text, None);
    let mut builder = gnu::assemble(&mut sources, file, &NoFiles, Options { lines: true });
    emit::hir(&builder.program, &sources);
    let mut object = layout::layout(&mut builder.program, &mut builder.diags);
    builder.diags.render(&sources);
    let size: u64 = object.sections.iter().map(|section| u64::from(section.size)).sum();
    if builder.diags.has_errors() || size > LIMIT {
        return;
    }
    let mut program = builder.program;
    emit::lir(&program, &object, &sources);
    flow::into_data(&program, &object, &sources);
    images(&Flat::of_object(&program, &object, &sources), &sources, file);
    object::write(&program, &object);
    debug::add(&mut program, &mut object, &sources, file, "");
    for target in [Target::Linux, Target::Bare { base: 0xffff_0000 }] {
        if let Some(linked) = link(&program, &object, target, &mut Diagnostics::default()) {
            linked.file();
            images(&Flat::of_linked(&linked, &sources), &sources, file);
        }
    }
}

fn images(flat: &Flat, sources: &Sources, file: FileId) {
    kmd::write(flat, sources, file);
    listing::write(flat, sources, file);
    flat.binary(LIMIT);
}

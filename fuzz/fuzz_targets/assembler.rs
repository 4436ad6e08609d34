//! `cargo fuzz run assembler fuzz/corpus/assembler examples/manchester tests/asm/wrong`: no text panics the assembler
//! in either dialect, and what it makes of a text is what its own tables say. The tests of skink-board run a sample.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skink_asm::build::Options;
use skink_asm::source::NoFiles;
use skink_asm::{Sources, gnu, layout, manchester};

fuzz_target!(|text: &[u8]| {
    skink_asm::detect(text);

    let mut sources = Sources::default();
    let file = sources.add("fuzz.s", text, None);
    let assembly = manchester::assemble(&mut sources, file, &NoFiles);
    let said = assembly.diags.render(&sources);
    assert_eq!(assembly.diags.has_errors(), said.lines().any(|line| line.starts_with("error: ")));
    for row in &assembly.flat.rows {
        // Where nothing overlaps, a row's bytes are there.
        assert!(assembly.diags.has_errors() || assembly.flat.bytes(row).len() == row.len as usize);
    }

    let mut sources = Sources::default();
    let file = sources.add("fuzz.s", text, None);
    let mut builder = gnu::assemble(&mut sources, file, &NoFiles, Options::default());
    let object = layout::layout(&mut builder.program, &mut builder.diags);
    if !builder.diags.has_errors() {
        skink_asm::object::write(&builder.program, &object);
    }
    builder.diags.render(&sources);
});

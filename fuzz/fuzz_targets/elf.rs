//! `cargo fuzz run elf fuzz/corpus/elf examples`, the example being where it begins: no file makes the
//! ELF checks panic, and what passes them keeps the promises that the loader relies on. A sample of
//! the same runs with the tests of skink-linux.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skink_linux::elf::{Elf, listing};

fuzz_target!(|file: &[u8]| match Elf::parse(file) {
    Ok(elf) => {
        assert!(!listing(&elf).is_empty());
        let mut end = 0;
        for p in elf.loads() {
            assert!(p.filesz <= p.memsz);
            assert!(p.offset as u64 + p.filesz as u64 <= file.len() as u64);
            assert!(p.vaddr as u64 >= end);
            end = p.vaddr as u64 + p.memsz as u64;
            assert!(end <= 0xffff_0000);
        }
    }
    Err(error) => assert!(!error.to_string().contains('\n')),
});

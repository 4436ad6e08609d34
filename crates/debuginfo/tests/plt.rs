//! The procedure linkage table of a dynamic program, beside objdump.

mod common;

use common::{build_by, directory};
use skink_debuginfo::plt_entries;
use std::collections::BTreeMap;
use std::process::Command;

#[test]
fn entries_are_where_objdump_has_them() {
    let dir = directory("plt");
    let program = build_by("arm-linux-gnueabihf-gcc", &dir, "tail.c", &["-O2", "-mthumb"]);
    let listing =
        Command::new("arm-linux-gnueabihf-objdump").args(["-d", "-j", ".plt"]).arg(&program).output();
    let listing = listing.expect("arm-linux-gnueabihf-objdump (Debian: binutils-arm-linux-gnueabihf)");
    // `00000414 <puts@plt>:`
    let label = |line: &str| {
        let (addr, name) = line.strip_suffix(">:")?.split_once(" <")?;
        name.ends_with("@plt").then(|| (u32::from_str_radix(addr, 16).expect("an address"), name.to_owned()))
    };
    let text = String::from_utf8(listing.stdout).expect("text");
    let expected: BTreeMap<u32, String> = text.lines().filter_map(label).collect();
    assert!(expected.values().any(|name| name == "puts@plt"), "{text}");

    let bytes = std::fs::read(&program).expect("the program");
    let file = object::read::elf::ElfFile32::parse(&*bytes).expect("an ELF file");
    let entries = plt_entries(&file);
    let found: BTreeMap<u32, String> = entries.iter().map(|entry| (entry.addr, entry.name.clone())).collect();
    assert_eq!(found, expected);
    let is_thumb = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| entry.thumb);
    assert_eq!((is_thumb("puts@plt"), is_thumb("abort@plt")), (Some(true), Some(false)));
}

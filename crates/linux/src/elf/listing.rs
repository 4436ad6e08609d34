//! The headers as text, for `skink elf` and `--log elf`.

use super::{ET_DYN, ET_EXEC, Elf, PF_R, PF_W, PF_X};
use std::fmt::Write;

/// The ELF header and the program headers as two tables.
pub fn listing(elf: &Elf) -> String {
    let h = &elf.header;
    let kind = match h.e_type {
        ET_EXEC => "Executable",
        ET_DYN => "Shared object or position-independent executable",
        _ => "unknown",
    };
    let mut out = String::new();
    let rows: [(&str, String); 14] = [
        ("Magic:", format!("{:02x?}", &h.ident[..4])),
        ("Class:", "ELF32".into()),
        ("Data:", "Little endian".into()),
        ("Type:", kind.into()),
        ("Machine:", "EM_ARM".into()),
        ("Version:", h.version.to_string()),
        ("Entry point:", format!("{:#x}", h.entry)),
        ("Program hdr offset:", format!("{} ({} bytes each)", h.phoff, h.phentsize)),
        ("Section hdr offset:", h.shoff.to_string()),
        ("Flags:", format!("{:#010x}", h.flags)),
        ("EH size:", h.ehsize.to_string()),
        ("# Program headers:", h.phnum.to_string()),
        ("# Section headers:", h.shnum.to_string()),
        ("Str tbl index:", h.shstrndx.to_string()),
    ];
    out.push_str("ELF Header:\n");
    for (name, value) in rows {
        let _ = writeln!(out, "  {name:<19} {value}");
    }
    out.push_str("\nProgram Headers:\n");
    out.push_str("  Type       Offset   VirtAddr   PhysAddr   FileSz    MemSz  Flags  Align\n");
    for p in &elf.phdrs {
        let _ = writeln!(
            out,
            "  {:<8} {:#08x} {:#010x} {:#010x} {:#08x} {:#08x} {:>6} {:#x}",
            type_name(p.p_type),
            p.offset,
            p.vaddr,
            p.paddr,
            p.filesz,
            p.memsz,
            flag_names(p.flags),
            p.align
        );
    }
    if let Some(interp) = &elf.interp {
        let _ = writeln!(out, "\nInterpreter: {}", String::from_utf8_lossy(interp));
    }
    out
}

fn type_name(p_type: u32) -> String {
    let name = match p_type {
        0 => "NULL",
        1 => "LOAD",
        2 => "DYNAMIC",
        3 => "INTERP",
        4 => "NOTE",
        5 => "SHLIB",
        6 => "PHDR",
        7 => "TLS",
        0x6474_e550 => "EH_FRAME",
        0x6474_e551 => "STACK",
        0x6474_e552 => "RELRO",
        0x6474_e553 => "PROPERTY",
        0x7000_0000 => "ARCHEXT",
        0x7000_0001 => "EXIDX",
        other => return format!("{other:#x}"),
    };
    name.to_string()
}

fn flag_names(flags: u32) -> String {
    let names: Vec<&str> = [(PF_R, "R"), (PF_W, "W"), (PF_X, "X")]
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|&(_, name)| name)
        .collect();
    names.join("|")
}

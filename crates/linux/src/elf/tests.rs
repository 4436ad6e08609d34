use super::*;

/// The smallest program: `mov r0,#161; mov r7,#1; svc #0` at 0x8000.
pub(crate) fn tiny() -> Vec<u8> {
    let mut file = vec![0u8; 0x100c];
    file[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    for (at, half) in [(16, 2u16), (18, 40), (40, 52), (42, 32), (44, 1), (46, 40)] {
        put(at, &half.to_le_bytes());
    }
    for (at, word) in [(20, 1u32), (24, 0x8000), (28, 52), (36, 0x0500_0200)] {
        put(at, &word.to_le_bytes());
    }
    for (i, word) in [1u32, 0x1000, 0x8000, 0x8000, 12, 12, 5, 0x1000].iter().enumerate() {
        put(52 + 4 * i, &word.to_le_bytes());
    }
    for (i, word) in [0xe3a0_00a1u32, 0xe3a0_7001, 0xef00_0000].iter().enumerate() {
        put(0x1000 + 4 * i, &word.to_le_bytes());
    }
    file
}

fn error(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut file = tiny();
    change(&mut file);
    Elf::parse(file.as_slice()).map(|_| ()).unwrap_err().to_string()
}

fn word(at: usize, value: u32) -> impl FnOnce(&mut Vec<u8>) {
    move |file| file[at..at + 4].copy_from_slice(&value.to_le_bytes())
}

fn half(at: usize, value: u16) -> impl FnOnce(&mut Vec<u8>) {
    move |file| file[at..at + 2].copy_from_slice(&value.to_le_bytes())
}

#[test]
fn the_smallest_program_is_accepted_and_listed() {
    let elf = Elf::parse(tiny().as_slice()).unwrap();
    assert_eq!(
        listing(&elf),
        "ELF Header:
  Magic:              [7f, 45, 4c, 46]
  Class:              ELF32
  Data:               Little endian
  Type:               Executable
  Machine:            EM_ARM
  Version:            1
  Entry point:        0x8000
  Program hdr offset: 52 (32 bytes each)
  Section hdr offset: 0
  Flags:              0x05000200
  EH size:            52
  # Program headers:  1
  # Section headers:  0
  Str tbl index:      0

Program Headers:
  Type       Offset   VirtAddr   PhysAddr   FileSz    MemSz  Flags  Align
  LOAD     0x001000 0x00008000 0x00008000 0x00000c 0x00000c    R|X 0x1000
"
    );
}

#[test]
fn every_lie_is_named() {
    let cases: Vec<(String, &str)> = vec![
        (error(|f| f.clear()), "the file is empty"),
        (error(|f| f.truncate(40)), "truncated: the ELF header ends at offset 52, the file at 40"),
        (
            error(|f| f[0] = 0),
            "not an ELF file: e_ident magic is [00, 45, 4c, 46], expected [7f, 45, 4c, 46]",
        ),
        (error(|f| f[4] = 2), "e_ident[EI_CLASS] is 0x2, expected 1 (ELFCLASS32)"),
        (error(|f| f[5] = 2), "e_ident[EI_DATA] is 0x2, expected 1 (ELFDATA2LSB, little-endian)"),
        (error(|f| f[6] = 0), "e_ident[EI_VERSION] is 0x0, expected 1 (EV_CURRENT)"),
        (error(|f| f[7] = 9), "e_ident[EI_OSABI] is 0x9, expected 0 (System V) or 3 (GNU/Linux)"),
        (error(half(18, 62)), "e_machine is 0x3e, expected 40 (EM_ARM) (this is an x86-64 program)"),
        (error(half(16, 1)), "e_type is 0x1, expected 2 (ET_EXEC) or 3 (ET_DYN)"),
        (error(word(20, 7)), "e_version is 0x7, expected 1 (EV_CURRENT)"),
        (
            error(word(36, 0x0200_0000)),
            "e_flags is 0x2000000, expected EABI version 5 (0x05......), 4 or none",
        ),
        (error(half(40, 51)), "e_ehsize is 0x33, expected 52"),
        (error(half(42, 56)), "e_phentsize is 0x38, expected 32"),
        (error(half(44, 0)), "e_phnum is 0x0, expected at least 1"),
        (error(half(44, 0xffff)), "e_phnum is 0xffff, expected at most 2048 (64 KiB of program headers)"),
        (
            error(word(28, 0xffff_fff0)),
            "e_phoff is 0xfffffff0, expected room for 1 program headers before the file's end at 0x100c",
        ),
        (error(word(28, 4)), "e_phoff is 0x4, expected at least 52, behind the ELF header"),
        (error(word(24, 0)), "e_entry is 0x0, expected an address, not 0"),
        (error(word(24, 0x8002)), "e_entry is 0x8002, expected a multiple of 4, or bit 0 set for Thumb"),
        (
            error(word(24, 0x9000)),
            "e_entry is 0x9000, expected an address inside an executable PT_LOAD segment",
        ),
        (error(word(76, 4)), "e_entry is 0x8000, expected an address inside an executable PT_LOAD segment"),
        (
            error(word(56, 0x2000)),
            "program header 0: p_offset is 0x2000, expected p_filesz (0xc) bytes before the file's end at 0x100c",
        ),
        (error(word(68, 13)), "program header 0: p_filesz is 0xd, expected at most p_memsz, 0xc"),
        (
            error(word(72, 0xffff_ffff)),
            "program header 0: p_vaddr is 0x8000, expected p_memsz (0xffffffff) bytes below 0xffff0000",
        ),
        (error(word(60, 0)), "program header 0: p_vaddr is 0x0, expected at least 0x1000 in an ET_EXEC file"),
        (error(word(80, 3)), "program header 0: p_align is 0x3, expected a power of two, 0 or 1"),
        (
            error(word(60, 0x8004)),
            "program header 0: p_offset is 0x1000, expected p_vaddr (0x8004) modulo 0x1000",
        ),
        (
            error(word(76, 0x105)),
            "program header 0: p_flags is 0x105, expected only PF_R, PF_W, PF_X and processor-specific bits",
        ),
        (error(word(52, 4)), "e_phnum is 0x1, expected a PT_LOAD program header that is not empty"),
    ];
    for (got, expected) in cases {
        assert_eq!(got, expected);
    }
}

#[test]
fn overlapping_segments_are_refused() {
    let message = error(|file| {
        file[44] = 2;
        let row: Vec<u8> = file[52..84].to_vec();
        file[84..116].copy_from_slice(&row);
    });
    assert_eq!(
        message,
        "program header 1: p_vaddr is 0x8000, expected at least 0x800c, the end of segment 0: segments must ascend without overlap"
    );
}

#[test]
fn random_mutations_never_panic() {
    // A xorshift generator: the cases are the same on every machine.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let valid = tiny();
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..200_000 {
        let mut file = valid.clone();
        for _ in 0..1 + random() % 3 {
            let at = (random() % 84) as usize;
            file[at] = match random() % 3 {
                0 => random() as u8,
                1 => file[at] ^ 1 << (random() % 8),
                _ => [0, 1, 0x7f, 0x80, 0xff][(random() % 5) as usize],
            };
        }
        if random().is_multiple_of(16) {
            file.truncate((random() % 0x1100) as usize);
        }
        match Elf::parse(file.as_slice()) {
            Ok(elf) => {
                accepted += 1;
                // What was accepted keeps the promises that the loader relies on.
                for p in elf.loads() {
                    assert!(p.filesz <= p.memsz);
                    assert!(p.offset as u64 + p.filesz as u64 <= file.len() as u64);
                    assert!(p.vaddr as u64 + p.memsz as u64 <= 0xffff_0000);
                }
            }
            Err(e) => {
                refused += 1;
                assert!(!e.to_string().contains('\n'));
            }
        }
    }
    assert!(accepted > 1000 && refused > 1000, "{accepted} accepted, {refused} refused");
}

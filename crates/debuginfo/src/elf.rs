//! An ELF file: its segments, its sections' bytes, and where a file with its debugging information may lie.

use object::elf::{EM_ARM, PF_X, PT_ARM_EXIDX, PT_LOAD};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{Endianness, Object, ObjectSection};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the file is read as.
pub(crate) type Parsed<'a> = ElfFile32<'a, Endianness>;

/// Bytes in parts of the file, or decompressed.
pub(crate) type Bytes = gimli::EndianReader<gimli::LittleEndian, Arc<[u8]>>;

/// The file is not an ELF file that this can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotElf(String);

impl fmt::Display for NotElf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a 32-bit little-endian ARM ELF file: {}", self.0)
    }
}

impl std::error::Error for NotElf {}

/// A part of the file that is mapped.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Its addresses in the file's terms.
    pub(crate) range: Range<u32>,
    /// Where its bytes are in the file; the rest up to the end of `range` is zero.
    pub(crate) file: Range<usize>,
    pub(crate) executable: bool,
}

/// An ELF file in memory.
#[derive(Debug, Clone)]
pub(crate) struct Elf {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) segments: Vec<Segment>,
    /// The addresses of the index table for unwinding.
    pub(crate) exidx: Option<Range<u32>>,
}

impl Elf {
    pub(crate) fn new(bytes: Arc<[u8]>) -> Result<Elf, NotElf> {
        let not = |why: object::Error| NotElf(format!("{why}"));
        let file = Parsed::parse(&*bytes).map_err(not)?;
        let (header, endian) = (file.elf_header(), file.endian());
        if header.e_machine(endian) != EM_ARM || !file.is_little_endian() {
            return Err(NotElf(format!("found machine {}", header.e_machine(endian).0)));
        }
        let (mut segments, mut exidx) = (Vec::new(), None);
        for part in header.program_headers(endian, &*bytes).map_err(not)? {
            let from = part.p_vaddr(endian);
            let range = from..from.saturating_add(part.p_memsz(endian));
            match part.p_type(endian) {
                PT_LOAD => {
                    let offset = part.p_offset(endian) as usize;
                    let end = offset.saturating_add(part.p_filesz(endian) as usize).min(bytes.len());
                    segments.push(Segment {
                        range,
                        file: offset.min(end)..end,
                        executable: part.p_flags(endian).0 & PF_X.0 != 0,
                    });
                }
                PT_ARM_EXIDX => exidx = Some(range),
                _ => {}
            }
        }
        Ok(Elf { bytes, segments, exidx })
    }

    /// The file taken apart; cheap, as nothing is copied.
    pub(crate) fn parse(&self) -> Option<Parsed<'_>> {
        Parsed::parse(&*self.bytes).ok()
    }

    /// The bytes of a section, decompressed; nothing if there is none of this name.
    pub(crate) fn section(&self, name: &str) -> Bytes {
        let empty = || Bytes::new(Arc::from([]), gimli::LittleEndian);
        let Some(file) = self.parse() else { return empty() };
        let Some(section) = file.section_by_name(name) else { return empty() };
        let compressed = section.compressed_file_range().is_ok_and(|range| !is_plain(range.format));
        if compressed {
            return match section.uncompressed_data() {
                Ok(data) => Bytes::new(Arc::from(&*data), gimli::LittleEndian),
                Err(_) => empty(),
            };
        }
        let Some((from, len)) = section.file_range() else { return empty() };
        let (from, end) = (from as usize, (from.saturating_add(len)) as usize);
        if from > end || end > self.bytes.len() {
            return empty();
        }
        Bytes::new(self.bytes.clone(), gimli::LittleEndian).range(from..end)
    }

    /// Whether there is a section of this name with bytes in it. A file of debugging information has sections
    /// without bytes for what the program itself has.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parse().and_then(|file| file.section_by_name(name)?.file_range()).is_some_and(|(_, len)| len > 0)
    }

    /// The address of a section.
    pub(crate) fn address_of(&self, name: &str) -> Option<u32> {
        self.parse()?.section_by_name(name).map(|section| section.address() as u32)
    }

    /// A word of what is mapped at an address in the file's terms.
    pub(crate) fn word(&self, addr: u32) -> Option<u32> {
        let segment = self.segments.iter().find(|segment| segment.range.contains(&addr))?;
        let from = segment.file.start.checked_add((addr - segment.range.start) as usize)?;
        let bytes = self.bytes.get(from..from.checked_add(4)?)?;
        (from + 4 <= segment.file.end).then(|| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A file with debugging information for this one: below `DIR/.build-id` by its build ID, or by the name in
    /// `.gnu_debuglink` beside it, in `.debug` beside it and below DIR, as gdb searches. The link's checksum is
    /// compared.
    pub(crate) fn separate(&self, path: &Path, debug_dirs: &[PathBuf]) -> Option<Elf> {
        let file = self.parse()?;
        let build_id = file.build_id().ok().flatten().map(|id| id.to_vec());
        if let Some((first, rest)) = build_id.as_deref().and_then(<[u8]>::split_first) {
            let rest: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
            for dir in debug_dirs {
                let found = dir.join(".build-id").join(format!("{first:02x}")).join(format!("{rest}.debug"));
                if let Some(elf) = open(&found).filter(|elf| elf.build_id() == build_id) {
                    return Some(elf);
                }
            }
        }
        let (name, checksum) = file.gnu_debuglink().ok().flatten()?;
        let name = std::str::from_utf8(name).ok()?;
        let beside = path.parent().unwrap_or(Path::new(""));
        let below = debug_dirs.iter().map(|dir| dir.join(beside.strip_prefix("/").unwrap_or(beside)));
        [beside.to_path_buf(), beside.join(".debug")]
            .into_iter()
            .chain(below)
            .find_map(|dir| open(&dir.join(name)).filter(|elf| crc32(&elf.bytes) == checksum))
    }

    fn build_id(&self) -> Option<Vec<u8>> {
        self.parse()?.build_id().ok().flatten().map(|id| id.to_vec())
    }
}

fn is_plain(format: object::CompressionFormat) -> bool {
    format == object::CompressionFormat::None
}

fn open(path: &Path) -> Option<Elf> {
    Elf::new(std::fs::read(path).ok()?.into()).ok()
}

/// The checksum of `.gnu_debuglink` (gdb's manual, "Separate Debug Files"): CRC-32 as in zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let mut table = [0u32; 256];
    for (i, entry) in table.iter_mut().enumerate() {
        *entry = (0..8).fold(i as u32, |c, _| if c & 1 != 0 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 });
    }
    !bytes.iter().fold(!0u32, |crc, &byte| table[((crc ^ byte as u32) & 0xff) as usize] ^ crc >> 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_no_elf_says_so() {
        let error = Elf::new(Arc::from(*b"MZ what is this")).expect_err("not ELF");
        assert!(error.to_string().starts_with("expected a 32-bit little-endian ARM ELF file"), "{error}");
    }
}

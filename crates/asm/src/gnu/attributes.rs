//! `.arch`, `.cpu`, `.fpu`, `.eabi_attribute`: the build attributes in `.ARM.attributes` (Addenda to the ABI for the
//! Arm architecture, 3).

use super::Gnu;
use super::processors::{Arch, EXTENSIONS, FPUS, find_arch, find_cpu};
use super::scan::Scan;
use crate::build::Lacks;
use skink_isa::ROWS;
use skink_isa::op::OpKind;
use skink_isa::row::{Arch as Arch7, Row, Set};
use std::collections::BTreeMap;

/// A tag's value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Number(u32),
    Text(Vec<u8>),
    Both(u32, Vec<u8>),
}

/// What was said.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    given: BTreeMap<u32, Value>,
    arch: Option<&'static Arch>,
    /// What `.object_arch` says, which the attributes are to say whatever the code is for.
    object_arch: Option<&'static Arch>,
    cpu: Option<Vec<u8>>,
    fpu: Vec<(u32, u32)>,
    /// What `.cpu` and `.arch_extension` bring besides.
    more: Vec<(u32, u32)>,
}

/// The tags by name.
const TAGS: &[(&str, u32)] = &[
    ("Tag_CPU_raw_name", 4),
    ("Tag_CPU_name", 5),
    ("Tag_CPU_arch", 6),
    ("Tag_CPU_arch_profile", 7),
    ("Tag_ARM_ISA_use", 8),
    ("Tag_THUMB_ISA_use", 9),
    ("Tag_FP_arch", 10),
    ("Tag_VFP_arch", 10),
    ("Tag_WMMX_arch", 11),
    ("Tag_Advanced_SIMD_arch", 12),
    ("Tag_PCS_config", 13),
    ("Tag_ABI_PCS_R9_use", 14),
    ("Tag_ABI_PCS_RW_data", 15),
    ("Tag_ABI_PCS_RO_data", 16),
    ("Tag_ABI_PCS_GOT_use", 17),
    ("Tag_ABI_PCS_wchar_t", 18),
    ("Tag_ABI_FP_rounding", 19),
    ("Tag_ABI_FP_denormal", 20),
    ("Tag_ABI_FP_exceptions", 21),
    ("Tag_ABI_FP_user_exceptions", 22),
    ("Tag_ABI_FP_number_model", 23),
    ("Tag_ABI_align_needed", 24),
    ("Tag_ABI_align8_needed", 24),
    ("Tag_ABI_align_preserved", 25),
    ("Tag_ABI_align8_preserved", 25),
    ("Tag_ABI_enum_size", 26),
    ("Tag_ABI_HardFP_use", 27),
    ("Tag_ABI_VFP_args", 28),
    ("Tag_ABI_WMMX_args", 29),
    ("Tag_ABI_optimization_goals", 30),
    ("Tag_ABI_FP_optimization_goals", 31),
    ("Tag_compatibility", 32),
    ("Tag_CPU_unaligned_access", 34),
    ("Tag_FP_HP_extension", 36),
    ("Tag_ABI_FP_16bit_format", 38),
    ("Tag_MPextension_use", 42),
    ("Tag_DIV_use", 44),
    ("Tag_nodefaults", 64),
    ("Tag_also_compatible_with", 65),
    ("Tag_conformance", 67),
    ("Tag_T2EE_use", 66),
    ("Tag_Virtualization_use", 68),
];

impl Attributes {
    /// Whether the code may be for ARMv4, which has no BX: GNU as marks each then.
    pub(super) fn may_lack_bx(&self) -> bool {
        let five = |arch: Option<&Arch>| arch.is_some_and(|arch| arch.arch >= 3);
        !five(self.arch) || self.object_arch.is_some() && !five(self.object_arch)
    }
}

/// What the instructions that are used need.
#[derive(Debug, Default)]
struct Needs {
    /// Tag_CPU_arch.
    arch: u32,
    /// Whether there are instructions of ARM; the greatest Tag_THUMB_ISA_use of those of Thumb.
    arm: bool,
    thumb: u32,
    multiprocessing: bool,
    division: bool,
    security: bool,
}

impl Needs {
    /// By the rows that were used.
    fn of(used: &[bool]) -> Needs {
        let mut needs = Needs::default();
        for (row, _) in ROWS.iter().zip(used).filter(|(_, used)| **used) {
            needs.add(row);
        }
        needs
    }

    fn add(&mut self, row: &Row) {
        use OpKind::*;
        let arm = match row.set {
            Set::A32 => true,
            Set::T16 | Set::T32 => false,
            // Floating point and vectors are the affair of `.fpu`.
            Set::A32T32 => return,
        };
        let thumb = match (row.set, row.arch) {
            (Set::T32, _) if !matches!(row.kind, Bl | BlxImm) => 2,
            (Set::T16, Arch7::V6T2 | Arch7::V7) => 2,
            (Set::A32, Arch7::V4T) => 1,
            (Set::A32, _) => 0,
            _ => 1,
        };
        let arch = match row.arch {
            Arch7::V4 if !arm => 2,
            Arch7::V4 => {
                matches!(row.kind, Ldrh | LdrhLit | Strh | Ldrsb | LdrsbLit | Ldrsh | LdrshLit) as u32
            }
            Arch7::V4T => 2,
            Arch7::V5T => 3,
            Arch7::V5TE if row.kind == Bxj => 5,
            Arch7::V5TE => 4,
            Arch7::V6 => 6,
            Arch7::V6K | Arch7::V6T2 => 8,
            Arch7::Security => 7,
            Arch7::V7 | Arch7::V7MP | Arch7::V7VE => 10,
            _ => 0,
        };
        self.arm |= arm;
        self.thumb = self.thumb.max(thumb);
        self.arch = self.arch.max(arch).max(if thumb == 2 { 8 } else { 0 });
        self.multiprocessing |= row.arch == Arch7::V7MP;
        self.division |= matches!(row.kind, Sdiv | Udiv);
        self.security |= row.arch == Arch7::Security;
    }

    fn tags(&self) -> [(u32, u32); 7] {
        let nothing = !self.arm && self.thumb == 0;
        [
            (6, self.arch),
            (7, if self.arch >= 10 && self.arm { b'A'.into() } else { 0 }),
            (8, (self.arm || nothing) as u32),
            (9, if nothing { 1 } else { self.thumb }),
            (42, self.multiprocessing as u32),
            (44, if self.division { 2 } else { 0 }),
            (68, self.security as u32),
        ]
    }
}

impl Gnu<'_> {
    /// Some instructions are encoded as the processor permits.
    fn new_processor(&mut self) {
        let arch = self.attributes.arch.map_or(0, |arch| arch.arch);
        self.builder.program.modern_nops = arch >= 8;
        // ARMv6K and what is made of it have no Thumb-2.
        let thumb2 = self.attributes.arch.is_some_and(|arch| arch.thumb == 2);
        let moves = self.attributes.arch.is_some() && !thumb2;
        let lacks = Lacks { thumb2: !thumb2, moves, nop: arch < 7 };
        if lacks != self.builder.lacks {
            self.builder.lacks = lacks;
            self.known.clear();
        }
    }

    /// Whether it was a directive about what the code needs.
    pub(super) fn attribute_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        let name = |scan: &mut Scan<'_>| {
            scan.blanks();
            let at = scan.at;
            while !scan.at_end() && !scan.peek().is_ascii_whitespace() {
                scan.at += 1;
            }
            String::from_utf8_lossy(&scan.text[at..scan.at]).to_ascii_lowercase()
        };
        match word {
            b".arch" => {
                let name = name(scan);
                // Extensions behind a plus are permitted anyway.
                let base = name.split('+').next().unwrap_or_default();
                match find_arch(base) {
                    Some(arch) => {
                        (self.attributes.arch, self.attributes.cpu) = (Some(arch), None);
                        self.attributes.more.clear();
                    }
                    None => self.error(start, scan.at, format!("`{name}` is no architecture known here")),
                }
                self.new_processor();
            }
            b".object_arch" => {
                let name = name(scan);
                match find_arch(&name) {
                    Some(arch) => self.attributes.object_arch = Some(arch),
                    None => self.error(start, scan.at, format!("`{name}` is no architecture known here")),
                }
            }
            b".cpu" => {
                let name = name(scan);
                let base = name.split('+').next().unwrap_or_default();
                match find_cpu(base) {
                    Some((cpu, arch)) => {
                        self.attributes.arch = Some(arch);
                        self.attributes.cpu = Some(cpu.0.into());
                        self.attributes.more = cpu.2.to_vec();
                    }
                    None => self.error(start, scan.at, format!("`{name}` is no processor known here")),
                }
                self.new_processor();
            }
            b".arch_extension" => {
                let name = name(scan);
                let plain = name.strip_prefix("no").unwrap_or(&name);
                match EXTENSIONS.iter().find(|(known, _)| *known == plain) {
                    Some((_, tags)) if plain.len() == name.len() => {
                        for &(tag, n) in *tags {
                            // Security and virtualization are bits of one number.
                            let old = self.attributes.more.iter_mut().find(|(known, _)| *known == tag);
                            match old {
                                Some((_, value)) => *value |= n,
                                None => self.attributes.more.push((tag, n)),
                            }
                        }
                    }
                    Some((_, tags)) => {
                        self.attributes.more.retain(|(tag, _)| !tags.iter().any(|(taken, _)| taken == tag));
                    }
                    None => self.error(start, scan.at, format!("`{name}` is no extension known here")),
                }
            }
            b".fpu" => {
                let name = name(scan);
                match FPUS.iter().find(|(fpu, _)| *fpu == name) {
                    Some((_, tags)) => self.attributes.fpu = tags.to_vec(),
                    None => {
                        self.error(start, scan.at, format!("`{name}` is no floating-point unit known here"))
                    }
                }
            }
            b".eabi_attribute" => self.attribute(start, scan),
            _ => return false,
        }
        true
    }

    fn attribute(&mut self, start: usize, scan: &mut Scan<'_>) {
        scan.blanks();
        let tag = if scan.peek().is_ascii_digit() {
            self.absolute(scan).and_then(|n| u32::try_from(n).ok())
        } else {
            let name = String::from_utf8_lossy(scan.word()).into_owned();
            TAGS.iter().find(|(tag, _)| *tag == name).map(|&(_, number)| number)
        };
        let Some(tag) = tag else {
            scan.skip_statement();
            return self.error(start, scan.at, "expected a tag's number or name");
        };
        scan.eat(b',');
        // Tags 4, 5 and 67 are strings, 32 both, above 32 the odd ones are strings.
        let text = matches!(tag, 4 | 5 | 65 | 67) || tag > 32 && tag % 2 == 1;
        let value = if tag == 32 {
            let Some(n) = self.absolute(scan) else { return };
            scan.eat(b',');
            Value::Both(n as u32, scan.string().unwrap_or_default())
        } else if text {
            match scan.string() {
                Some(text) => Value::Text(text),
                None => {
                    scan.skip_statement();
                    return self.error(start, scan.at, "this tag's value is a string");
                }
            }
        } else {
            match self.absolute(scan) {
                Some(n) => Value::Number(n as u32),
                None => return,
            }
        };
        self.attributes.given.insert(tag, value);
    }

    /// Writes `.ARM.attributes`: what was said, and what follows from architecture and unit.
    pub(super) fn finish_attributes(&mut self) {
        let attributes = &self.attributes;
        let mut tags = BTreeMap::new();
        if let Some(arch) = attributes.arch {
            let cpu = attributes.cpu.clone().unwrap_or_else(|| arch.cpu.into());
            tags.insert(5, Value::Text(cpu));
            tags.insert(6, Value::Number(arch.arch));
            tags.insert(7, Value::Number(arch.profile));
            tags.insert(8, Value::Number(1));
            tags.insert(9, Value::Number(arch.thumb));
            arch.more.iter().for_each(|&(tag, n)| drop(tags.insert(tag, Value::Number(n))));
        } else {
            // Without an architecture it is the least that has the instructions that are used.
            let needs = Needs::of(&self.builder.used);
            tags.extend(needs.tags().into_iter().map(|(tag, n)| (tag, Value::Number(n))));
        }
        if let Some(arch) = attributes.object_arch {
            tags.insert(6, Value::Number(arch.arch));
            tags.insert(7, Value::Number(arch.profile));
        }
        attributes.more.iter().for_each(|&(tag, n)| drop(tags.insert(tag, Value::Number(n))));
        attributes.fpu.iter().for_each(|&(tag, n)| drop(tags.insert(tag, Value::Number(n))));
        tags.extend(attributes.given.iter().map(|(tag, value)| (*tag, value.clone())));
        // A tag with its default value goes without saying.
        tags.retain(|_, value| {
            !matches!(value, Value::Number(0)) && !matches!(value, Value::Text(t) if t.is_empty())
        });
        if tags.is_empty() {
            return;
        }
        let mut body = Vec::new();
        let first = [67, 64];
        let ordered = first.iter().filter_map(|tag| tags.get_key_value(tag));
        let rest = tags.iter().filter(|(tag, _)| !first.contains(tag));
        for (tag, value) in ordered.chain(rest) {
            let leb = |n: u32| crate::layout::dwarf::leb(n.into(), false);
            body.extend(leb(*tag));
            match value {
                Value::Number(n) => body.extend(leb(*n)),
                Value::Text(text) => {
                    body.extend_from_slice(text);
                    body.push(0);
                }
                Value::Both(n, text) => {
                    body.extend(leb(*n));
                    body.extend_from_slice(text);
                    body.push(0);
                }
            }
        }
        let mut out = vec![b'A'];
        out.extend((body.len() as u32 + 15).to_le_bytes());
        out.extend(b"aeabi\0\x01");
        out.extend((body.len() as u32 + 5).to_le_bytes());
        out.extend(body);
        self.builder.program.attributes = out;
    }
}

//! `.arch`, `.cpu`, `.fpu`, `.eabi_attribute`: the build attributes in `.ARM.attributes` (Addenda to the ABI for the
//! Arm architecture, 3).

use super::Gnu;
use super::scan::Scan;
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
    pub(super) arm: bool,
    pub(super) thumb: bool,
}

/// An architecture as `.arch` names it.
#[derive(Debug)]
struct Arch {
    name: &'static str,
    cpu: &'static str,
    arch: u32,
    profile: u32,
    thumb: u32,
    /// More tags that it brings.
    more: &'static [(u32, u32)],
}

const fn arch(name: &'static str, cpu: &'static str, arch: u32, profile: u32, thumb: u32) -> Arch {
    Arch { name, cpu, arch, profile, thumb, more: &[] }
}

const A: u32 = b'A' as u32;

/// Tag_CPU_name, Tag_CPU_arch, Tag_CPU_arch_profile, Tag_THUMB_ISA_use.
const ARCHS: &[Arch] = &[
    arch("armv4", "4", 1, 0, 0),
    arch("armv4t", "4T", 2, 0, 1),
    arch("armv5", "5", 3, 0, 0),
    arch("armv5t", "5T", 3, 0, 1),
    arch("armv5te", "5TE", 4, 0, 1),
    arch("armv5tej", "5TEJ", 5, 0, 1),
    arch("armv6", "6", 6, 0, 1),
    arch("armv6j", "6J", 6, 0, 1),
    arch("armv6k", "6K", 9, 0, 1),
    arch("armv6kz", "6KZ", 7, 0, 1),
    arch("armv6t2", "6T2", 8, 0, 2),
    arch("armv7", "7", 10, 0, 2),
    arch("armv7-a", "7-A", 10, A, 2),
    arch("armv7a", "7A", 10, A, 2),
    Arch { name: "armv7ve", cpu: "7VE", arch: 10, profile: A, thumb: 2, more: &[(42, 1), (44, 2), (68, 3)] },
    Arch { name: "armv8-a", cpu: "8-A", arch: 14, profile: A, thumb: 2, more: &[(42, 1), (68, 3)] },
];

/// Tag_FP_arch and Tag_Advanced_SIMD_arch of the floating-point units, and Tag_FP_HP_extension.
const FPUS: &[(&str, &[(u32, u32)])] = &[
    ("softvfp", &[]),
    ("vfp", &[(10, 2)]),
    ("vfpv2", &[(10, 2)]),
    ("vfpv3", &[(10, 3)]),
    ("vfpv3-d16", &[(10, 4)]),
    ("vfpv3-fp16", &[(10, 3), (36, 1)]),
    ("vfpv3-d16-fp16", &[(10, 4), (36, 1)]),
    ("neon", &[(10, 3), (12, 1)]),
    ("neon-fp16", &[(10, 3), (12, 1), (36, 1)]),
    ("vfpv4", &[(10, 5)]),
    ("vfpv4-d16", &[(10, 6)]),
    ("neon-vfpv4", &[(10, 5), (12, 2)]),
    ("neon-fp-armv8", &[(10, 7), (12, 3)]),
    ("fp-armv8", &[(10, 7)]),
    ("crypto-neon-fp-armv8", &[(10, 7), (12, 3)]),
];

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

impl Gnu<'_> {
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
                match ARCHS.iter().find(|arch| arch.name == base) {
                    Some(arch) => self.attributes.arch = Some(arch),
                    None => self.error(start, scan.at, format!("`{name}` is no architecture known here")),
                }
                self.builder.program.modern_nops = self.attributes.arch.is_some_and(|arch| arch.arch >= 8);
            }
            b".object_arch" => {
                let name = name(scan);
                match ARCHS.iter().find(|arch| arch.name == name) {
                    Some(arch) => self.attributes.object_arch = Some(arch),
                    None => self.error(start, scan.at, format!("`{name}` is no architecture known here")),
                }
            }
            b".cpu" => {
                let name = name(scan).to_ascii_uppercase();
                self.attributes.cpu = Some(name.into_bytes());
                self.attributes.arch = ARCHS.iter().find(|arch| arch.name == "armv7-a");
                self.builder.program.modern_nops = true;
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
            if arch.profile != 0 {
                tags.insert(7, Value::Number(arch.profile));
            }
            tags.insert(8, Value::Number(1));
            if arch.thumb != 0 {
                tags.insert(9, Value::Number(arch.thumb));
            }
            arch.more.iter().for_each(|&(tag, n)| drop(tags.insert(tag, Value::Number(n))));
        } else {
            // Without an architecture, that of the instructions that are used would be the least that runs them.
            if attributes.thumb {
                tags.insert(6, Value::Number(8));
                tags.insert(9, Value::Number(2));
            }
            if attributes.arm {
                tags.insert(8, Value::Number(1));
            }
        }
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

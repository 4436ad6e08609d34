//! Architectures, processors and floating-point units by the names that `.arch`, `.cpu` and `.fpu` take, and the build
//! attributes that each brings (Addenda to the ABI for the Arm architecture, 3.3).

/// An architecture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arch {
    /// Behind `armv`.
    pub(super) name: &'static str,
    /// Tag_CPU_name.
    pub(super) cpu: &'static str,
    /// Tag_CPU_arch.
    pub(super) arch: u32,
    /// Tag_CPU_arch_profile.
    pub(super) profile: u32,
    /// Tag_THUMB_ISA_use.
    pub(super) thumb: u32,
    /// More tags.
    pub(super) more: &'static [(u32, u32)],
}

const fn arch(name: &'static str, cpu: &'static str, arch: u32, profile: u32, thumb: u32) -> Arch {
    Arch { name, cpu, arch, profile, thumb, more: &[] }
}

const A: u32 = b'A' as u32;
const R: u32 = b'R' as u32;
/// Tag_MPextension_use, Tag_DIV_use, Tag_Virtualization_use.
const MP: u32 = 42;
const DIV: u32 = 44;
const VIRT: u32 = 68;

const ARCHS: &[Arch] = &[
    arch("2", "2", 0, 0, 0),
    arch("3", "3", 0, 0, 0),
    arch("3m", "3M", 0, 0, 0),
    arch("4", "4", 1, 0, 0),
    arch("4t", "4T", 2, 0, 1),
    arch("5", "5", 3, 0, 0),
    arch("5t", "5T", 3, 0, 1),
    arch("5te", "5TE", 4, 0, 1),
    arch("5tej", "5TEJ", 5, 0, 1),
    arch("6", "6", 6, 0, 1),
    arch("6j", "6J", 6, 0, 1),
    arch("6k", "6K", 9, 0, 1),
    Arch { more: &[(VIRT, 1)], ..arch("6z", "6Z", 7, 0, 1) },
    Arch { more: &[(VIRT, 1)], ..arch("6kz", "6KZ", 7, 0, 1) },
    Arch { more: &[(VIRT, 1)], ..arch("6zk", "6ZK", 7, 0, 1) },
    arch("6t2", "6T2", 8, 0, 2),
    arch("7", "7", 10, 0, 2),
    arch("7-a", "7-A", 10, A, 2),
    arch("7a", "7A", 10, A, 2),
    Arch { more: &[(MP, 1), (DIV, 2), (VIRT, 3)], ..arch("7ve", "7VE", 10, A, 2) },
    arch("7-r", "7-R", 10, R, 2),
    arch("7r", "7R", 10, R, 2),
    Arch { more: &[(MP, 1), (VIRT, 3)], ..arch("8-a", "8-A", 14, A, 2) },
    Arch { more: &[(12, 4), (MP, 1), (VIRT, 3)], ..arch("8.1-a", "8.1-A", 14, A, 2) },
    Arch { more: &[(12, 4), (MP, 1), (VIRT, 3)], ..arch("8.2-a", "8.2-A", 14, A, 2) },
];

/// The architecture of a name such as `armv7-a`.
pub(super) fn find_arch(name: &str) -> Option<&'static Arch> {
    let version = name.strip_prefix("armv")?;
    ARCHS.iter().find(|arch| arch.name == version)
}

/// A processor: its name as the attributes spell it, its architecture, the tags that it has besides.
pub(super) type Cpu = (&'static str, &'static str, &'static [(u32, u32)]);

const CPUS: &[Cpu] = &[
    ("ARM7TDMI", "4t", &[]),
    ("ARM9TDMI", "4t", &[]),
    ("ARM926EJ-S", "5tej", &[]),
    ("ARM1136J-S", "6", &[]),
    ("ARM1136JF-S", "6", &[]),
    ("ARM1176JZF-S", "6kz", &[]),
    ("ARM1156T2-S", "6t2", &[]),
    ("XSCALE", "5te", &[]),
    ("Cortex-A5", "7-a", &[(MP, 1), (VIRT, 1)]),
    ("Cortex-A7", "7ve", &[]),
    ("Cortex-A8", "7-a", &[(VIRT, 1)]),
    ("Cortex-A9", "7-a", &[(MP, 1), (VIRT, 1)]),
    ("Cortex-A12", "7ve", &[]),
    ("Cortex-A15", "7ve", &[]),
    ("Cortex-A17", "7ve", &[]),
    ("Cortex-A32", "8-a", &[]),
    ("Cortex-A35", "8-a", &[]),
    ("Cortex-A53", "8-a", &[]),
    ("Cortex-A57", "8-a", &[]),
    ("Cortex-A72", "8-a", &[]),
    ("Cortex-R4", "7-r", &[]),
    ("Cortex-R5", "7-r", &[(DIV, 2)]),
];

/// The processor of a name in whatever case.
pub(super) fn find_cpu(name: &str) -> Option<(&'static Cpu, &'static Arch)> {
    let cpu = CPUS.iter().find(|cpu| cpu.0.eq_ignore_ascii_case(name))?;
    Some((cpu, ARCHS.iter().find(|arch| arch.name == cpu.1)?))
}

/// Tag_FP_arch and Tag_Advanced_SIMD_arch of the floating-point units, Tag_ABI_HardFP_use (27) of those without double
/// precision, and Tag_FP_HP_extension (36).
pub(super) const FPUS: &[(&str, &[(u32, u32)])] = &[
    ("softvfp", &[]),
    ("vfp", &[(10, 2)]),
    ("vfp10", &[(10, 2)]),
    ("vfpv2", &[(10, 2)]),
    ("arm1136jf-s", &[(10, 2)]),
    ("vfpv3", &[(10, 3)]),
    ("vfpv3xd", &[(10, 4), (27, 1)]),
    ("vfpv3xd-fp16", &[(10, 4), (27, 1), (36, 1)]),
    ("vfpv3-d16", &[(10, 4)]),
    ("vfpv3-fp16", &[(10, 3), (36, 1)]),
    ("vfpv3-d16-fp16", &[(10, 4), (36, 1)]),
    ("neon", &[(10, 3), (12, 1)]),
    ("neon-vfpv3", &[(10, 3), (12, 1)]),
    ("neon-fp16", &[(10, 3), (12, 1), (36, 1)]),
    ("vfpv4", &[(10, 5)]),
    ("vfpv4-d16", &[(10, 6)]),
    ("fpv4-sp-d16", &[(10, 6), (27, 1)]),
    ("neon-vfpv4", &[(10, 5), (12, 2)]),
    ("fpv5-d16", &[(10, 8)]),
    ("fpv5-sp-d16", &[(10, 8), (27, 1)]),
    ("fp-armv8", &[(10, 7)]),
    ("neon-fp-armv8", &[(10, 7), (12, 3)]),
    ("crypto-neon-fp-armv8", &[(10, 7), (12, 3)]),
];

/// The tags of the extensions that `.arch_extension` names; those without one are known too.
pub(super) const EXTENSIONS: &[(&str, &[(u32, u32)])] = &[
    ("sec", &[(VIRT, 1)]),
    ("idiv", &[(DIV, 2)]),
    ("mp", &[(MP, 1)]),
    ("virt", &[(DIV, 2), (VIRT, 2)]),
    ("crc", &[]),
    ("crypto", &[]),
    ("fp", &[]),
    ("simd", &[]),
    ("os", &[]),
];

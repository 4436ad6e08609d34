//! Instructions that are written as others: what the table, which knows each encoding by one name, cannot say.
//!
//! Synonyms of UAL (A8.8 lists them under "pseudo-instructions"), and the mnemonics from before UAL
//! (ARM ARM appendix D8), which GNU as still takes.

use skink_isa::operand::Reg;
use skink_isa::simd::operand::ExtReg;
use skink_isa::syntax::Atom;

/// What a mnemonic stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// Its own name.
    pub name: &'static str,
    /// The mnemonic it stands for.
    pub stem: &'static str,
    /// The data types, if it says them.
    pub types: &'static str,
    /// What happens to the operands.
    pub change: Change,
}

/// What happens to the operands of an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Keep,
    /// The last two are swapped: `vclt a, b, c` is `vcgt a, c, b`.
    SwapLast,
    /// `#0` is added.
    AddZero,
    /// APSR_nzcv and FPSCR are added.
    Flags,
    /// The second is taken twice.
    TwiceLast,
    /// `sp!` is put before.
    Stack,
    /// FPSCR is added at the end, or at the beginning.
    FpscrLast,
    /// See above.
    FpscrFirst,
}

/// Further templates of rows: what assemblers take besides what disassemblers print.
pub(crate) const SYNTAX: &[(&str, &str)] = &[
    ("ADR_T3", "adr{c}\t{rd}, {imm:label}"),
    ("VMOV_core_to_scalar_32_A1", "vmov{c}\t{vd}, {rt}"),
    ("VMOV_scalar_to_core_32_A1", "vmov{c}\t{rt}, {vn}"),
    ("RFE_A1", "rfe{c}\t{rn}{wback?!}"),
];

macro_rules! aliases {
    ($( $name:literal $stem:literal $types:literal $change:ident; )*) => {
        &[$( Alias { name: $name, stem: $stem, types: $types, change: Change::$change } ),*]
    };
}

const ALIASES: &[Alias] = aliases! {
    "swi" "svc" "" Keep;
    "neg" "rsb" "" AddZero;
    "negs" "rsbs" "" AddZero;
    "cpy" "mov" "" Keep;
    "asl" "lsl" "" Keep;
    "asls" "lsls" "" Keep;
    "ldm" "ldmia" "" Keep;
    "ldmfd" "ldmia" "" Keep;
    "ldmea" "ldmdb" "" Keep;
    "ldmfa" "ldmda" "" Keep;
    "ldmed" "ldmib" "" Keep;
    "stm" "stmia" "" Keep;
    "stmea" "stmia" "" Keep;
    "stmfd" "stmdb" "" Keep;
    "stmed" "stmda" "" Keep;
    "stmfa" "stmib" "" Keep;
    "rfefd" "rfeia" "" Keep;
    "rfeea" "rfedb" "" Keep;
    "rfefa" "rfeda" "" Keep;
    "rfeed" "rfeib" "" Keep;
    "srsea" "srsia" "" Keep;
    "srsfd" "srsdb" "" Keep;
    "srsed" "srsda" "" Keep;
    "srsfa" "srsib" "" Keep;
    "usax" "usax" "" Keep;
    "saddsubx" "sasx" "" Keep;
    "ssubaddx" "ssax" "" Keep;
    "uaddsubx" "uasx" "" Keep;
    "usubaddx" "usax" "" Keep;
    "qaddsubx" "qasx" "" Keep;
    "qsubaddx" "qsax" "" Keep;
    "shaddsubx" "shasx" "" Keep;
    "shsubaddx" "shsax" "" Keep;
    "uhaddsubx" "uhasx" "" Keep;
    "uhsubaddx" "uhsax" "" Keep;
    "uqaddsubx" "uqasx" "" Keep;
    "uqsubaddx" "uqsax" "" Keep;

    "vldm" "vldmia" "" Keep;
    "vldmfd" "vldmia" "" Keep;
    "vldmea" "vldmdb" "" Keep;
    "vstm" "vstmia" "" Keep;
    "vstmea" "vstmia" "" Keep;
    "vstmfd" "vstmdb" "" Keep;
    "vaclt" "vacgt" "" SwapLast;
    "vacle" "vacge" "" SwapLast;

    // VFP before UAL.
    "fadds" "vadd" ".f32" Keep;
    "faddd" "vadd" ".f64" Keep;
    "fsubs" "vsub" ".f32" Keep;
    "fsubd" "vsub" ".f64" Keep;
    "fmuls" "vmul" ".f32" Keep;
    "fmuld" "vmul" ".f64" Keep;
    "fnmuls" "vnmul" ".f32" Keep;
    "fnmuld" "vnmul" ".f64" Keep;
    "fdivs" "vdiv" ".f32" Keep;
    "fdivd" "vdiv" ".f64" Keep;
    "fmacs" "vmla" ".f32" Keep;
    "fmacd" "vmla" ".f64" Keep;
    "fnmacs" "vmls" ".f32" Keep;
    "fnmacd" "vmls" ".f64" Keep;
    "fmscs" "vnmls" ".f32" Keep;
    "fmscd" "vnmls" ".f64" Keep;
    "fnmscs" "vnmla" ".f32" Keep;
    "fnmscd" "vnmla" ".f64" Keep;
    "fcpys" "vmov" ".f32" Keep;
    "fcpyd" "vmov" ".f64" Keep;
    "fabss" "vabs" ".f32" Keep;
    "fabsd" "vabs" ".f64" Keep;
    "fnegs" "vneg" ".f32" Keep;
    "fnegd" "vneg" ".f64" Keep;
    "fsqrts" "vsqrt" ".f32" Keep;
    "fsqrtd" "vsqrt" ".f64" Keep;
    "fcmps" "vcmp" ".f32" Keep;
    "fcmpd" "vcmp" ".f64" Keep;
    "fcmpes" "vcmpe" ".f32" Keep;
    "fcmped" "vcmpe" ".f64" Keep;
    "fcmpzs" "vcmp" ".f32" AddZero;
    "fcmpzd" "vcmp" ".f64" AddZero;
    "fcmpezs" "vcmpe" ".f32" AddZero;
    "fcmpezd" "vcmpe" ".f64" AddZero;
    "fcvtds" "vcvt" ".f64.f32" Keep;
    "fcvtsd" "vcvt" ".f32.f64" Keep;
    "fsitos" "vcvt" ".f32.s32" Keep;
    "fsitod" "vcvt" ".f64.s32" Keep;
    "fuitos" "vcvt" ".f32.u32" Keep;
    "fuitod" "vcvt" ".f64.u32" Keep;
    "ftosis" "vcvtr" ".s32.f32" Keep;
    "ftosid" "vcvtr" ".s32.f64" Keep;
    "ftouis" "vcvtr" ".u32.f32" Keep;
    "ftouid" "vcvtr" ".u32.f64" Keep;
    "ftosizs" "vcvt" ".s32.f32" Keep;
    "ftosizd" "vcvt" ".s32.f64" Keep;
    "ftouizs" "vcvt" ".u32.f32" Keep;
    "ftouizd" "vcvt" ".u32.f64" Keep;
    "fconsts" "vmov" ".f32" Keep;
    "fconstd" "vmov" ".f64" Keep;
    "flds" "vldr" "" Keep;
    "fldd" "vldr" "" Keep;
    "fsts" "vstr" "" Keep;
    "fstd" "vstr" "" Keep;
    "fldmias" "vldmia" "" Keep;
    "fldmiad" "vldmia" "" Keep;
    "fldmdbs" "vldmdb" "" Keep;
    "fldmdbd" "vldmdb" "" Keep;
    "fldmfds" "vldmia" "" Keep;
    "fldmfdd" "vldmia" "" Keep;
    "fldmeas" "vldmdb" "" Keep;
    "fldmead" "vldmdb" "" Keep;
    "fldmfdx" "fldmiax" "" Keep;
    "fldmeax" "fldmdbx" "" Keep;
    "fstmias" "vstmia" "" Keep;
    "fstmiad" "vstmia" "" Keep;
    "fstmdbs" "vstmdb" "" Keep;
    "fstmdbd" "vstmdb" "" Keep;
    "fstmeas" "vstmia" "" Keep;
    "fstmead" "vstmia" "" Keep;
    "fstmfds" "vstmdb" "" Keep;
    "fstmfdd" "vstmdb" "" Keep;
    "fstmeax" "fstmiax" "" Keep;
    "fstmfdx" "fstmdbx" "" Keep;
    "fmrs" "vmov" "" Keep;
    "fmsr" "vmov" "" Keep;
    "fmdrr" "vmov" "" Keep;
    "fmrrd" "vmov" "" Keep;
    "fmsrr" "vmov" "" Keep;
    "fmrrs" "vmov" "" Keep;
    "fmrx" "vmrs" "" Keep;
    "fmxr" "vmsr" "" Keep;
    "fmstat" "vmrs" "" Flags;
};

/// The alias of a name.
pub(crate) fn find(name: &str) -> Option<Alias> {
    // Most mnemonics are none: the first letter tells.
    if !matches!(
        name.as_bytes().first(),
        Some(b'a' | b'c' | b'f' | b'l' | b'n' | b'q' | b'r' | b's' | b'u' | b'v')
    ) {
        return None;
    }
    ALIASES.iter().find(|alias| alias.name == name).copied()
}

/// Their names.
pub(crate) fn mnemonics() -> impl Iterator<Item = &'static str> {
    ALIASES.iter().map(|alias| alias.name)
}

const COMMA: Atom<'static> = Atom::Punct(b',');

/// Changes the operands of an alias; `None` leaves them.
pub(crate) fn change<'a>(change: Change, atoms: &[Atom<'a>]) -> Option<Vec<Atom<'a>>> {
    let mut out = atoms.to_vec();
    match change {
        Change::Keep => return None,
        Change::AddZero => {
            out.extend([COMMA, Atom::Num { value: 0, hash: true, minus: false }]);
        }
        Change::Flags => out = vec![Atom::Name("APSR_nzcv"), COMMA, Atom::Name("fpscr")],
        Change::SwapLast => {
            let [.., a, Atom::Punct(b','), b] = out[..] else { return None };
            let len = out.len();
            (out[len - 3], out[len - 1]) = (b, a);
        }
        Change::TwiceLast => {
            let last = *out.last()?;
            out.extend([COMMA, last]);
        }
        Change::Stack => {
            out.splice(0..0, [Atom::Reg(Reg::SP), Atom::Punct(b'!'), COMMA]);
        }
        Change::FpscrLast => out.extend([COMMA, Atom::Name("fpscr")]),
        Change::FpscrFirst => {
            out.splice(0..0, [Atom::Name("fpscr"), COMMA]);
        }
    }
    Some(out)
}

/// A mnemonic with its data types, unless it stays, and operands.
type Other<'a> = (Option<(&'static str, String)>, Vec<Atom<'a>>);

/// Other ways to take operands that fit no template: another mnemonic (`None` is the same), and its operands.
pub(crate) fn others<'a>(stem: &str, types: &str, atoms: &[Atom<'a>]) -> Vec<Other<'a>> {
    let mut found = Vec::new();
    match (stem, atoms) {
        // A register of LDRD that goes without saying.
        ("ldrd" | "strd" | "ldrexd", [Atom::Reg(first), Atom::Punct(b','), rest @ ..])
            if !matches!(rest.first(), Some(Atom::Reg(_))) && first.0 < 14 =>
        {
            let mut out = vec![atoms[0], COMMA, Atom::Reg(Reg(first.0 + 1)), COMMA];
            out.extend_from_slice(rest);
            found.push((None, out));
        }
        ("strexd", [a, Atom::Punct(b','), Atom::Reg(first), Atom::Punct(b','), rest @ ..])
            if !matches!(rest.first(), Some(Atom::Reg(_))) && first.0 < 14 =>
        {
            let mut out = vec![*a, COMMA, Atom::Reg(*first), COMMA, Atom::Reg(Reg(first.0 + 1)), COMMA];
            out.extend_from_slice(rest);
            found.push((None, out));
        }
        // A move of a vector is an OR with itself.
        ("vmov", [Atom::Ext(d), Atom::Punct(b','), Atom::Ext(m)])
            if !matches!((d, m), (ExtReg::S(_), _) | (_, ExtReg::S(_))) =>
        {
            let out = vec![atoms[0], COMMA, atoms[2], COMMA, atoms[2]];
            found.push((Some(("vorr", String::new())), out));
        }
        // Two doublewords of two words each: the same whatever it is called (A8.8.422, A8.8.423).
        ("vzip" | "vuzp", [Atom::Ext(ExtReg::D(_)), Atom::Punct(b','), Atom::Ext(ExtReg::D(_))])
            if types == ".32" =>
        {
            found.push((Some(("vtrn", types.into())), atoms.to_vec()));
        }
        // Comparisons the other way round.
        ("vclt" | "vcle", [a, Atom::Punct(b','), b @ Atom::Ext(_), Atom::Punct(b','), c @ Atom::Ext(_)]) => {
            let other = if stem == "vclt" { "vcgt" } else { "vcge" };
            found.push((Some((other, types.into())), vec![*a, COMMA, *c, COMMA, *b]));
        }
        // VAND and VORN of a constant are VBIC and VORR of its complement.
        ("vand" | "vorn", [a, Atom::Punct(b','), rest @ .., Atom::Num { value, .. }]) => {
            let other = if stem == "vand" { "vbic" } else { "vorr" };
            let mut out = vec![*a, COMMA];
            out.extend_from_slice(rest);
            out.push(Atom::Num { value: !*value, hash: true, minus: false });
            found.push((Some((other, types.into())), out));
        }
        // A vector's constant of which the complement can be written.
        ("vmov" | "vmvn", [a, Atom::Punct(b','), Atom::Num { value, .. }]) if !types.starts_with(".f") => {
            let other = if stem == "vmov" { "vmvn" } else { "vmov" };
            // The complement in as many bits as an element has.
            let value = match types {
                ".i8" => i64::from(!(*value as u8)),
                ".i16" => i64::from(!(*value as u16)),
                ".i32" => i64::from(!(*value as u32)),
                _ => !*value,
            };
            let out = vec![*a, COMMA, Atom::Num { value, hash: true, minus: false }];
            found.push((Some((other, types.into())), out));
        }
        // VEXT counts bytes.
        ("vext", [.., Atom::Num { value, .. }]) if matches!(types, ".16" | ".32" | ".64") => {
            let bytes = types[1..].parse::<i64>().unwrap_or(8) / 8;
            let mut out = atoms.to_vec();
            if let Some(last) = out.last_mut() {
                *last = Atom::Num { value: value * bytes, hash: true, minus: false };
            }
            found.push((Some(("vext", ".8".into())), out));
        }
        _ => {}
    }
    // The destination is the first operand too: `add r0, r1`.
    let doubles = stem.starts_with('v')
        || DOUBLING.contains(&stem.strip_suffix('s').unwrap_or(stem))
        || DOUBLING.contains(&stem);
    if let (true, [first @ (Atom::Reg(_) | Atom::Ext(_)), Atom::Punct(b','), ..]) = (doubles, atoms) {
        let mut out = vec![*first, COMMA];
        out.extend_from_slice(atoms);
        found.push((None, out));
    }
    found
}

/// Less that may be said of the data of a vector instruction: of integers no sign, of lanes the size only, nothing.
pub(crate) fn plainer(stem: &str, types: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some((letter, bits)) = types.strip_prefix('.').filter(|_| stem.starts_with('v')).and_then(|text| {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        Some(text.split_at(digits))
    }) else {
        return found;
    };
    if !bits.bytes().all(|b| b.is_ascii_digit()) {
        return found;
    }
    if matches!(letter, "s" | "u") {
        found.push(format!(".i{bits}"));
    }
    if matches!(letter, "s" | "u" | "i" | "p" | "f") {
        found.push(format!(".{bits}"));
    }
    // A constant of 32 bits may be called a float where its bits are meant.
    if letter == "f" && matches!(stem, "vorr" | "vbic") {
        found.push(format!(".i{bits}"));
    }
    found.push(String::new());
    found
}

/// The instructions whose first operand may be left out where it is the destination.
const DOUBLING: &[&str] = &[
    "add", "adc", "sub", "sbc", "rsb", "rsc", "and", "orr", "eor", "bic", "orn", "lsl", "lsr", "asr", "ror",
    "mul", "sdiv", "udiv", "addw", "subw",
];

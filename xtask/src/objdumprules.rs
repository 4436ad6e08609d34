//! Where skink's disassembly differs from objdump's on purpose: the one list.
//!
//! skink shows what an ARMv7-A processor makes of the words, UNPREDICTABLE ones as skink treats them (which is
//! as qemu-arm does). objdump shows them for every processor that ever was. In the listing of a stripped file
//! much of what is shown is data.

use crate::objdump::State;
use skink_isa::{Context, Insn, decode_a32, decode_t16, decode_t32};

/// An instruction's texts.
pub(crate) struct Pair<'a> {
    pub(crate) word: u32,
    pub(crate) state: State,
    /// Empty where objdump says UNDEFINED.
    pub(crate) theirs: &'a str,
    /// Empty for UNDEFINED.
    pub(crate) ours: &'a str,
}

impl Pair<'_> {
    fn insn(&self) -> Option<Insn> {
        let cx = Context::default();
        match self.state {
            State::Arm => decode_a32(self.word),
            State::Thumb16 => decode_t16(self.word as u16, cx),
            State::Thumb32 => decode_t32(self.word, cx),
        }
    }

    /// The mnemonic starts with one of these, blank-separated.
    fn they_say(&self, mnemonics: &str) -> bool {
        mnemonics.split(' ').any(|m| self.theirs.starts_with(m))
    }

    fn undefined(&self) -> bool {
        self.ours.is_empty()
    }

    /// A word of A32, conditional, that matches; the condition aside.
    fn a32(&self, mask: u32, value: u32) -> bool {
        self.state == State::Arm && self.word >> 28 != 15 && self.word & mask == value
    }

    /// Coprocessor instructions stand alike in A32 and T32.
    fn coprocessor(&self) -> Option<u32> {
        let word = self.word;
        let is = match self.state {
            State::Arm => matches!(word >> 24 & 15, 0xc..=0xe),
            State::Thumb32 => matches!(word >> 24, 0xec..=0xee | 0xfc..=0xfe),
            State::Thumb16 => false,
        };
        is.then_some(word >> 8 & 15)
    }
}

/// A reason, and to what it applies.
pub(crate) struct Rule {
    pub(crate) reason: &'static str,
    pub(crate) applies: fn(&Pair) -> bool,
}

pub(crate) const RULES: &[Rule] = &[
    Rule {
        reason: "VSHL by a constant: UAL's type is I8 to I64 (A8.8.395); objdump has s8 to s64",
        applies: |p| p.ours.starts_with("vshl.i") && p.ours.replacen(".i", ".s", 1) == p.theirs,
    },
    Rule {
        reason: "A32 STM: the mode IA, which may be left out, objdump leaves out where there is no writeback only",
        applies: |p| p.state == State::Arm && p.ours.replacen("stmia", "stm", 1) == p.theirs,
    },
    Rule {
        reason: "46c0 is MOV r8, r8; objdump shows what old assemblers made it of, nop",
        applies: |p| p.state == State::Thumb16 && p.word == 0x46c0 && p.ours.starts_with("mov"),
    },
    Rule {
        reason: "the linker's Thumb entry of a PLT slot, bx pc; objdump takes it for an A32 word, UNDEFINED",
        applies: |p| p.a32(!0, 0xe7fd_4778) && p.theirs.is_empty() && p.ours == "00004778 Thumb16 bx pc",
    },
    Rule {
        reason: "ARMv8-A: cryptography, VMAXNM, VMINNM, HLT, load-acquire, store-release; UNDEFINED before",
        applies: |p| p.undefined() && p.they_say("aes sha1 sha256 vmull.p64 vmaxnm vminnm hlt ldaex stlex"),
    },
    Rule {
        reason: "ARMv8.1-A and ARMv8.2-A: VQRDMLAH, VQRDMLSH, SETPAN, half-precision arithmetic; UNDEFINED before",
        applies: |p| {
            p.undefined()
                && (p.they_say("vqrdmla vqrdmls setpan")
                    || p.theirs.contains(".f16") && !p.they_say("vcvtb vcvtt vcvt.f32.f16 vcvt.f16.f32"))
        },
    },
    Rule {
        reason: "ARMv8-A's half precision and dot products have coprocessors 8, 9 and 13, which ARMv7 leaves generic",
        applies: |p| matches!(p.coprocessor(), Some(8 | 9 | 13)) && p.theirs.starts_with('v'),
    },
    Rule {
        reason: "ARMv8.2-A's half precision counts the offset of coprocessor 9 in halfwords; ARMv7 in words",
        applies: |p| {
            p.coprocessor() == Some(9) && p.they_say("ldc stc") && p.ours.starts_with(&p.theirs[..4])
        },
    },
    Rule {
        reason: "ARMv8-M: BXNS, BLXNS and the branch futures; BX with should-be bits set, UNDEFINED in ARMv7",
        applies: |p| {
            let branch = p.theirs.replacen("ns", "", 1) == p.ours && p.word & 7 != 0;
            branch && p.they_say("bxns blxns") || p.undefined() && p.they_say("bfcsel bfl bfx bf")
        },
    },
    Rule {
        reason: "FPA, Maverick and XScale coprocessors, which no ARMv7 processor has: generic there",
        applies: |p| {
            matches!(p.coprocessor(), Some(0..=2 | 4..=6))
                && p.they_say("ldf stf lfm sfm cf mia mar mra mnf muf adf suf wfs rfs")
        },
    },
    Rule {
        reason: "what VFP and Advanced SIMD leave of coprocessors 10 and 11 is UNDEFINED; objdump shows it generic",
        applies: |p| {
            p.undefined() && matches!(p.coprocessor(), Some(10 | 11)) && p.they_say("mc mr cdp ldc stc")
        },
    },
    Rule {
        reason: "LDC and STC with P, U, D and W all 0 are UNDEFINED (A8.8.55, A8.8.198)",
        applies: |p| p.undefined() && p.coprocessor().is_some() && p.word >> 21 & 0x7f == 0x60,
    },
    Rule {
        reason: "MRC2, as MRC, writes the flags where Rt is 15 (A8.8.107); objdump says so for MRC only",
        applies: |p| {
            p.they_say("mrc2") && p.word >> 12 & 15 == 15 && p.theirs.replacen("pc", "APSR_nzcv", 1) == p.ours
        },
    },
    Rule {
        reason: "LDC and STC with an offset of -0: objdump forgets the writeback",
        applies: |p| {
            p.coprocessor().is_some() && format!("{}!", p.theirs) == p.ours && p.ours.contains("#-0]!")
        },
    },
    Rule {
        reason: "objdump says itself that the encoding is not there",
        applies: |p| {
            p.undefined()
                && ["<illegal", "??", "<undefined>", "<overflow reg", "(UNDEF"]
                    .iter()
                    .any(|t| p.theirs.contains(t))
        },
    },
    Rule {
        reason: "objdump says UNDEFINED, and the mnemonic as well",
        applies: |p| p.undefined() && matches!(p.theirs, "vld1.8" | "vst1.8" | "vst3.32"),
    },
    Rule {
        reason: "IT with the condition 1111 is UNDEFINED in ARMv7 as skink has it; objdump goes on as in its block",
        applies: |p| {
            let plain = p.theirs.replacen("<und>", "", 1);
            p.theirs.contains("<und>")
                && (p.undefined() && p.they_say("it") || same_but_for_s(&plain, p.ours))
        },
    },
    Rule {
        reason: "in an IT block of AL, objdump writes the condition out; UAL leaves it away",
        applies: |p| p.state != State::Arm && same_but_for_s(&p.theirs.replacen("al", "", 1), p.ours),
    },
    Rule {
        reason: "should-be bits are otherwise: UNPREDICTABLE; shown as what they would be, UNDEFINED when run",
        applies: |p| {
            p.insn().is_some_and(|insn| {
                let pattern = insn.row().pattern;
                p.word & pattern.should_mask != pattern.should
            })
        },
    },
    Rule {
        reason: "comparisons without S, or with bits 7 and 4 set, are something else (A5.2); objdump shows comparisons",
        applies: |p| {
            let something_else = p.a32(0x0d90_0000, 0x0100_0000) || p.a32(0x0f90_0090, 0x0110_0090);
            p.undefined() && something_else && p.they_say("tst teq cmp cmn")
        },
    },
    Rule {
        reason: "LDRD and STRD of an odd register or with P 0 and W 1 are UNPREDICTABLE (A8.8.72); UNDEFINED as in qemu-arm",
        applies: |p| {
            p.undefined()
                && p.a32(0x0e10_00d0, 0x0000_00d0)
                && (p.word >> 12 & 1 != 0 || p.word >> 21 & 9 == 1)
                && p.they_say("ldrd strd")
        },
    },
    Rule {
        reason: "SBFX and UBFX beyond bit 31 are UNPREDICTABLE (A8.8.164); UNDEFINED as in qemu-arm",
        applies: |p| {
            p.undefined()
                && p.they_say("sbfx ubfx")
                && p.a32(0x0fa0_0070, 0x07a0_0050)
                && (p.word >> 16 & 31) + (p.word >> 7 & 31) > 31
        },
    },
    Rule {
        reason: "VLDM and VSTM beyond the last register are UNPREDICTABLE (A8.8.332); UNDEFINED as in qemu-arm",
        applies: |p| {
            let first = p.word >> 11 & 0x1e | p.word >> 22 & 1;
            p.undefined()
                && p.they_say("vldm vstm")
                && p.coprocessor() == Some(10)
                && first + (p.word & 255) > 32
        },
    },
    Rule {
        reason: "BKPT with a condition is UNPREDICTABLE (A8.8.24); as in qemu-arm it is BKPT; objdump takes some for MSR",
        applies: |p| p.ours.starts_with("bkpt") && p.they_say("msr"),
    },
    Rule {
        reason: "VMOV between a scalar and a core register with should-be bits otherwise; UNDEFINED as in qemu-arm",
        applies: |p| p.undefined() && p.coprocessor() == Some(11) && p.they_say("vmov"),
    },
    Rule {
        reason: "loads with writeback into PC are UNPREDICTABLE (A6.3.8, A6.3.9), not preloads",
        applies: |p| {
            p.state == State::Thumb32
                && p.word & 0xfe90_f900 == 0xf810_f900
                && p.they_say("pld pli")
                && p.ours.contains(" pc, [")
        },
    },
];

/// Whether two texts differ in an S behind the mnemonic at most.
fn same_but_for_s(a: &str, b: &str) -> bool {
    let (Some((a, a_rest)), Some((b, b_rest))) = (a.split_once(' '), b.split_once(' ')) else {
        return a == b;
    };
    a_rest == b_rest && a.trim_end_matches('s') == b.trim_end_matches('s')
}

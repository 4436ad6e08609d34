//! Every row of eremius's tables: it is assembled, run, and looked at. Mnemonics, conditions, operands, addressing
//! modes, both sets of names of LDM and STM, system calls, pseudo-instructions, directives.

mod common;
use common::{assert_output, registers};

#[test]
fn b_branches() {
    assert_output("B over\n SVC 2\nover MOV R0, #'y'\n SVC 0\n SVC 2", "y");
}

#[test]
fn bl_keeps_the_return_address() {
    let r = registers("BL routine\n SVC 2\nroutine MOV R0, LR\n MOV PC, LR");
    assert_eq!((r[0], r[14], r[15]), (4, 4, 8));
}

#[test]
fn conditional_bl() {
    let r =
        registers("CMP R0, #1\n BLEQ routine\n BLNE routine\n SVC 2\nroutine ADD R1, R1, #1\n MOV PC, LR");
    assert_eq!(r[1], 1);
}

#[test]
fn add_and_its_flags() {
    let r = registers("MOV R1, #5\n ADD R0, R1, #3\n SVC 2");
    assert_eq!(r[0], 8);
    // Carry out of the sum: ADC sees it.
    let r = registers("MVN R1, #0\n ADDS R0, R1, #1\n ADC R2, R0, #0\n SVC 2");
    assert_eq!((r[0], r[2]), (0, 1));
    // Without S the flags stay.
    let r = registers("CMP R0, R0\n ADD R0, R0, #1\n MOVEQ R2, #7\n SVC 2");
    assert_eq!(r[2], 7);
    // ADD{cond}{S}: the suffix S behind the condition.
    let r = registers("CMP R0, R0\n ADDEQS R0, R0, #1\n MOVNE R2, #7\n ADDEQS R0, R0, #1\n SVC 2");
    assert_eq!((r[0], r[2]), (1, 7));
}

#[test]
fn sub_and_its_flags() {
    let r = registers("MOV R1, #5\n SUB R0, R1, #3\n SUBS R2, R1, #5\n MOVEQ R3, #1\n SVC 2");
    assert_eq!((r[0], r[2], r[3]), (2, 0, 1));
}

#[test]
fn cmp_sets_flags_and_nothing_else() {
    let r = registers("MOV R6, #3\n MOV R4, #4\nstart CMP R6, R4\n MOVLT R0, #1\n MOVGE R0, #2\n SVC 2");
    assert_eq!((r[0], r[6], r[4]), (1, 3, 4));
}

#[test]
fn mov_moves() {
    let r = registers("MOV R1, #255\n MOV R0, R1\n MOVS R2, #0\n MOVEQ R3, #9\n SVC 2");
    assert_eq!((r[0], r[2], r[3]), (255, 0, 9));
}

/// A flag's letter in capitals is set.
fn holds(condition: &str, n: bool, z: bool, c: bool, v: bool) -> bool {
    match condition {
        "EQ" => z,
        "NE" => !z,
        "CS" | "HS" => c,
        "CC" | "LO" => !c,
        "MI" => n,
        "PL" => !n,
        "VS" => v,
        "VC" => !v,
        "HI" => c && !z,
        "LS" => !c || z,
        "GE" => n == v,
        "LT" => n != v,
        "GT" => !z && n == v,
        "LE" => z || n != v,
        "AL" | "" => true,
        _ => panic!("{condition}"),
    }
}

const CONDITIONS: [&str; 18] = [
    "EQ", "NE", "CS", "HS", "CC", "LO", "MI", "PL", "VS", "VC", "HI", "LS", "GE", "LT", "GT", "LE", "AL", "",
];

#[test]
fn the_conditions_on_all_flags() {
    for condition in CONDITIONS {
        for flags in 0..16u32 {
            let [n, z, c, v] = [8, 4, 2, 1].map(|bit| flags & bit != 0);
            let source = format!(
                " LDR R0, ={:#x}\n MSR CPSR_f, R0\n MOV{condition} R1, #1\n B{condition} yes\n SVC 2\nyes MOV R2, #1\n SVC 2",
                flags << 28
            );
            let r = registers(&source);
            let expected = holds(condition, n, z, c, v) as u32;
            assert_eq!((r[1], r[2]), (expected, expected), "{condition} with NZCV = {flags:04b}");
        }
    }
}

#[test]
fn every_mnemonic_takes_every_condition() {
    // With the flags of 0 - 0: Z and C set, N and V clear.
    for condition in CONDITIONS {
        let taken = holds(condition, false, true, true, false);
        let source = format!(
            "        B       go
data    DEFW    &11223344
go      MOV     SP, #0x8000
        ADR     R9, data
        CMP     R0, R0
        ADD{condition}  R1, R1, #1
        SUB{condition}  R2, R2, #1
        LDR{condition}  R3, [R9]
        LDR{condition}B R4, [R9]
        ADR{condition}  R5, data
        ADR{condition}L R6, data
        ADRL{condition} R7, data
        STM{condition}FD SP!, {{R1, R2}}
        LDM{condition}IA R9, {{R8}}
        LDR{condition}  R10, =&87654321
        STR{condition}B R1, [R9]
        STR{condition}  R10, [R9, #4]
        SVC{condition}  2
        MOV     R11, #1
        SVC     2"
        );
        let r = registers(&source);
        let is = |value: u32| if taken { value } else { 0 };
        assert_eq!(
            r[1..=8],
            [is(1), is(u32::MAX), is(0x1122_3344), is(0x44), is(4), is(4), is(4), is(0x1122_3344)],
            "{condition}"
        );
        assert_eq!((r[10], r[11], r[13]), (is(0x8765_4321), !taken as u32, 0x8000 - is(8)), "{condition}");
    }
}

#[test]
fn shifter_operands() {
    let r = registers(
        "MOV R1, #12\n MOV R2, #2\n ADD R0, R1, #4\n ADD R3, R1, R2\n ADD R4, R1, R2, LSL #3\n ADD R5, R1, R1, LSR R2\n SVC 2",
    );
    assert_eq!((r[0], r[3], r[4], r[5]), (16, 14, 28, 15));
}

#[test]
fn all_shifts_by_number_and_by_register() {
    for (shift, expected) in
        [("LSL", 0x10u32), ("LSR", 0x0800_0000), ("ASR", 0xf800_0000), ("ROR", 0x1800_0000)]
    {
        let source = format!(
            "LDR R1, =&80000001\n MOV R2, #4\n MOV R0, R1, {shift} #4\n MOV R3, R1, {shift} R2\n SVC 2"
        );
        let r = registers(&source);
        assert_eq!((r[0], r[3]), (expected, expected), "{shift}");
    }
    let r = registers("LDR R1, =&80000001\n CMP R1, R1\n MOV R0, R1, RRX\n SVC 2");
    assert_eq!(r[0], 0xc000_0000);
}

/// Nine modes: three offsets, three ways. R1 is the base, `middle` its label; R2 the index.
#[test]
fn the_nine_addressing_modes() {
    const CASES: [(&str, u32, u32); 15] = [
        ("[R1, #4]", 1, 0),
        ("[R1, #+4]", 1, 0),
        ("[R1, #-4]", u32::MAX, 0),
        ("[R1]", 0, 0),
        ("[R1, R2]", 2, 0),
        ("[R1, +R2]", 2, 0),
        ("[R1, -R2]", u32::MAX - 1, 0),
        ("[R1, R3, LSL #2]", 1, 0),
        ("[R1, #4]!", 1, 4),
        ("[R1, -R2]!", u32::MAX - 1, u32::MAX - 7),
        ("[R1, R3, LSL #3]!", 2, 8),
        ("[R1], #4", 0, 4),
        ("[R1], #-4", 0, u32::MAX - 3),
        ("[R1], R2", 0, 8),
        ("[R1], -R3, LSL #2", 0, u32::MAX - 3),
    ];
    for (mode, word, moved) in CASES {
        let source = format!(
            "        B go
        DEFW -2, -1
middle  DEFW 0, 1, 2
go      ADR R1, middle
        MOV R2, #8
        MOV R3, #1
        LDR R0, {mode}
        SVC 2"
        );
        let r = registers(&source);
        assert_eq!((r[0], r[1]), (word, 12u32.wrapping_add(moved)), "LDR R0, {mode}");
        // STR, LDRB and STRB to the same place.
        let source = format!(
            "        B go
        DEFS 8, 0xee
middle  DEFS 12, 0xee
go      ADR R1, middle
        MOV R2, #8
        MOV R3, #1
        MOV R4, R1
        LDR R0, =0x01020304
        STR R0, {mode}
        MOV R5, R1
        MOV R1, R4
        LDRB R6, {mode}
        MOV R1, R4
        MOV R0, #0x55
        STRB R0, {mode}
        MOV R1, R4
        LDR R7, {mode}
        SVC 2"
        );
        let r = registers(&source);
        assert_eq!((r[5], r[6], r[7]), (12u32.wrapping_add(moved), 4, 0x0102_0355), "STR R0, {mode}");
    }
}

/// Both names of each mode: where the words are relative to the base, and where the base goes.
#[test]
fn load_multiple_in_both_sets_of_names() {
    for (names, first, moved) in
        [(["IB", "ED"], 1, 12), (["IA", "FD"], 0, 12), (["DB", "EA"], -3, -12), (["DA", "FA"], -2, -12)]
    {
        for name in names {
            for (wback, moved) in [("", 0), ("!", moved)] {
                let source = format!(
                    " B go\n DEFW -4, -3, -2, -1\nbase DEFW 0, 1, 2, 3, 4\ngo ADR R1, base\n LDM{name} R1{wback}, {{R2-R3, R5}}\n SVC 2"
                );
                let r = registers(&source);
                let expected = [first, first + 1, first + 2].map(|n: i32| n as u32);
                assert_eq!(([r[2], r[3], r[5]], r[1] as i32), (expected, 20 + moved), "LDM{name} R1{wback}");
            }
        }
    }
}

#[test]
fn store_multiple_in_both_sets_of_names() {
    for (names, first, moved) in
        [(["IB", "FA"], 1i32, 8), (["IA", "EA"], 0, 8), (["DB", "FD"], -2, -8), (["DA", "ED"], -1, -8)]
    {
        for name in names {
            for (wback, moved) in [("", 0), ("!", moved)] {
                let source = format!(
                    " B go\n DEFS 16\nbase DEFS 20\ngo ADR R1, base\n MOV R2, R1\n MOV R3, #7\n MOV R4, #8\n STM{name} R1{wback}, {{R3, R4}}
 LDR R5, [R2, #{}]\n LDR R6, [R2, #{}]\n SVC 2",
                    4 * first,
                    4 * first + 4
                );
                let r = registers(&source);
                assert_eq!((r[5], r[6], r[1] as i32), (7, 8, 20 + moved), "STM{name} R1{wback}");
            }
        }
    }
}

#[test]
fn pairs_of_names_undo_each_other() {
    for name in ["FD", "ED", "FA", "EA"] {
        let source = format!(
            " MOV SP, #0x8000\n MOV R0, #1\n MOV R1, #2\n STM{name} SP!, {{R0, R1}}\n MOV R0, #0\n LDM{name} SP!, {{R0, R2}}\n SVC 2"
        );
        let r = registers(&source);
        assert_eq!((r[0], r[2], r[13]), (1, 2, 0x8000), "{name}");
    }
}

#[test]
fn the_system_calls() {
    assert_output("MOV R0, #'A'\n SVC 0\n SVC 2", "A");
    assert_output("SVC 1\n ADD R0, R0, #1\n SVC 0\n SVC 2", "b");
    assert_output("SVC 2\n SVC 0", "");
    assert_output("ADR R0, string\n SVC 3\n SVC 2\nstring DEFB \"Hello\", 0", "Hello");
    assert_output("MVN R0, #0\n SVC 4\n MOV R0, #0\n SVC 4\n SVC 2", "42949672950");
    assert_output("MOV R0, #'B'\n SWI 0\n SWI 2", "B");
}

#[test]
fn ldr_of_a_constant() {
    let r = registers(
        "LDR r1, =0xfff; pseudo-instruction to load the constant 0xfff into r1\n LDR R2, =0xff00\n LDR R3, =-1\n LDR R4, =0xfff\n SVC 2",
    );
    assert_eq!(r[1..=4], [0xfff, 0xff00, u32::MAX, 0xfff]);
}

#[test]
fn adr_forwards_and_backwards() {
    let r = registers(
        "B go\nback DEFW 1\ngo ADR R0, back\n ADR R1, forth\n ADRL R2, far\n SVC 2\nforth DEFW 2\n DEFS 0x12340\nfar DEFW 3",
    );
    assert_eq!(r[0..=2], [4, 28, 28 + 4 + 0x12340]);
}

#[test]
fn defw_defb_defs() {
    let r = registers(
        " B go
square_table DEFW 0, 1, 4, 9, 16, 25
string DEFB \"Hello\", 0
 ALIGN
space DEFS 4
filled DEFS 4, 0xab
go ADR R0, square_table
 LDR R1, [R0, #20]
 ADR R0, string
 LDRB R2, [R0, #4]
 LDRB R3, [R0, #5]
 ADR R0, space
 LDR R4, [R0]
 LDR R5, [R0, #4]
 SVC 2",
    );
    assert_eq!(r[1..=5], [25, b'o' as u32, 0, 0, 0xabab_abab]);
}

#[test]
fn origin_places() {
    let r = registers(" B far\n ORIGIN 0x4000\nfar MOV R0, PC\n SVC 2");
    assert_eq!(r[0], 0x4008);
    let r = registers(" B far\n ORG &100\nfar MOV R0, PC\n SVC 2");
    assert_eq!(r[0], 0x108);
}

#[test]
fn align_rounds_up() {
    let r = registers(
        " B go\n DEFB 1\n ALIGN\na DEFW 7\n DEFB 1\n ALIGN 16\nfar\ngo LDR R0, a\n ADR R1, far\n SVC 2",
    );
    assert_eq!((r[0], r[1]), (7, 16));
}

#[test]
fn entry_starts() {
    assert_output("MOV R0, #'n'\n SVC 0\n ENTRY\n MOV R0, #'y'\n SVC 0\n SVC 2", "y");
}

#[test]
fn a_program_without_entry_starts_at_its_lowest_address() {
    assert_output(
        " ORG 0x200\n MOV R0, #'2'\n SVC 0\n SVC 2\n ORG 0x100\n MOV R0, #'1'\n SVC 0\n B 0x200",
        "12",
    );
}

#[test]
fn equ_names_a_value() {
    let r = registers(
        "discount EQU 100\n MOV R2, #101\n SUB R5, R2, #discount\n ADD R6, R2, #later\n SVC 2\nlater EQU 4",
    );
    assert_eq!((r[5], r[6]), (1, 105));
}

/// What a shifter operand is worth: R1 = `RM`, R2 = `amount`, carry set before.
fn shifted(kind: &str, rm: u32, n: u32) -> (u32, bool) {
    match (kind, n) {
        ("RRX", _) => (1 << 31 | rm >> 1, rm & 1 != 0),
        (_, 0) => (rm, true),
        ("LSL", 1..=31) => (rm << n, rm >> (32 - n) & 1 != 0),
        ("LSL", 32) => (0, rm & 1 != 0),
        ("LSL", _) | ("LSR", 33..) => (0, false),
        ("LSR", 1..=31) => (rm >> n, rm >> (n - 1) & 1 != 0),
        ("LSR", _) => (0, rm >> 31 != 0),
        ("ASR", n) => {
            let n = n.min(32);
            ((i64::from(rm as i32) >> n) as u32, (i64::from(rm as i32) >> (n - 1)) & 1 != 0)
        }
        ("ROR", n) => (rm.rotate_right(n % 32), rm.rotate_right(n % 32) >> 31 != 0),
        _ => panic!("{kind} {n}"),
    }
}

/// ADD, SUB, CMP and MOV, each with the four kinds of shifter operands, with and without S: result and flags.
#[test]
fn data_processing_with_all_shifter_operands() {
    const RN: u32 = 0x7000_0000;
    const RM: u32 = 0x9000_0005;
    let mut operands: Vec<(String, u32, bool)> = vec![
        ("#200".into(), 200, true),
        // A rotated constant: its carry is its highest bit.
        ("#&F0000000".into(), 0xf000_0000, true),
        ("#&40000000".into(), 0x4000_0000, false),
        ("R1".into(), RM, true),
        ("R1, RRX".into(), shifted("RRX", RM, 0).0, true),
    ];
    for kind in ["LSL", "LSR", "ASR", "ROR"] {
        for n in [1, 4, 31] {
            let (value, carry) = shifted(kind, RM, n);
            operands.push((format!("R1, {kind} #{n}"), value, carry));
        }
        for n in [0, 1, 31, 32, 33] {
            let (value, carry) = shifted(kind, RM, n);
            operands.push((
                format!(
                    "R1, {kind} R{}",
                    [2, 3, 0, 4, 5][[0, 1, 31, 32, 33].iter().position(|&m| m == n).unwrap()]
                ),
                value,
                carry,
            ));
        }
    }
    for (operand, value, carry) in &operands {
        for name in ["ADD", "ADDS", "SUB", "SUBS", "CMP", "MOV", "MOVS"] {
            let line = match name {
                "CMP" => format!("CMP R6, {operand}"),
                "MOV" | "MOVS" => format!("{name} R7, {operand}"),
                _ => format!("{name} R7, R6, {operand}"),
            };
            let source = format!(
                " LDR R1, =&{RM:x}\n LDR R6, =&{RN:x}\n MOV R2, #0\n MOV R3, #1\n MOV R0, #31\n MOV R4, #32\n MOV R5, #33
 LDR R7, =&20000000\n MSR CPSR_f, R7\n MOV R7, #77\n {line}\n MRS R8, CPSR\n SVC 2"
            );
            let r = registers(&source);
            let (sum, over) = RN.overflowing_add(*value);
            let signed = (RN as i32).overflowing_add(*value as i32).1;
            let (difference, borrow) = RN.overflowing_sub(*value);
            let differ = (RN as i32).overflowing_sub(*value as i32).1;
            // The result, and N, Z, C, V; without S they stay as they were: C alone.
            let (result, c, v) = match &name[..3] {
                "ADD" => (sum, over, signed),
                "SUB" | "CMP" => (difference, !borrow, differ),
                _ => (*value, *carry, false),
            };
            let flags = match name.ends_with('S') || name == "CMP" {
                true => (result >> 31) << 3 | u32::from(result == 0) << 2 | u32::from(c) << 1 | u32::from(v),
                false => 2,
            };
            let written = if name == "CMP" { 77 } else { result };
            assert_eq!((r[7], r[8] >> 28), (written, flags), "{line}");
        }
    }
}

/// What the test of every mnemonic leaves out: CMP, BL, and S behind a condition.
#[test]
fn conditions_on_cmp_and_bl_and_before_s() {
    for condition in CONDITIONS {
        let taken = holds(condition, false, true, true, false);
        // With the flags of 0 - 0: Z and C set. What is taken sets N.
        for (name, operands) in [
            ("CMP{}", "R1, R2"),
            ("ADD{}S", "R3, R1, #&80000000"),
            ("SUB{}S", "R3, R1, R2"),
            ("MOV{}S", "R3, R4"),
        ] {
            let line = format!("{} {operands}", name.replace("{}", condition));
            let source =
                format!(" MOV R1, #1\n MOV R2, #2\n MVN R4, #0\n CMP R0, R0\n {line}\n MOVMI R5, #1\n SVC 2");
            assert_eq!(registers(&source)[5], taken as u32, "{line}");
        }
        let source = format!(" CMP R0, R0\n BL{condition} routine\n SVC 2\nroutine MOV R0, LR\n SVC 2");
        assert_eq!(registers(&source)[0], if taken { 8 } else { 0 }, "BL{condition}");
        for (mode, name) in
            [("LDM", "IB"), ("LDM", "EA"), ("LDM", "DA"), ("STM", "IB"), ("STM", "ED"), ("STM", "DB")]
        {
            let source = format!(
                " MOV R1, #0x8000\n MOV R2, #7\n CMP R0, R0\n {mode}{condition}{name} R1!, {{R2}}\n SVC 2"
            );
            assert_eq!(registers(&source)[1] != 0x8000, taken, "{mode}{condition}{name}");
        }
    }
}

#[test]
fn supervisor_calls_with_conditions() {
    for condition in CONDITIONS {
        let taken = holds(condition, false, true, true, false);
        for (number, expected) in [(0, "A"), (3, "text"), (4, "65")] {
            let r0 = if number == 3 { "ADR R0, string" } else { "MOV R0, #65" };
            let source = format!(
                " B go\nstring DEFB \"text\", 0\n ALIGN\ngo {r0}\n CMP R0, R0\n SVC{condition} {number}\n SVC 2"
            );
            assert_output(&source, if taken { expected } else { "" });
        }
    }
}

#[test]
fn ldr_of_expressions_and_labels() {
    let r = registers(
        " LDR R1, =data\n LDR R2, =data+4\n LDR R3, =size*256\n LDR R4, =-size\n LDR R5, ='x'\n LDREQ R6, =1\n LDRNE R6, =&12345\n SVC 2\ndata DEFW 1, 2\nsize EQU . - data",
    );
    assert_eq!(r[1..=6], [32, 36, 2048, -8i32 as u32, 120, 0x12345]);
}

//! The language of the Manchester dialect beyond instructions: lines, labels, numbers, expressions, directives; and
//! the formats. Expected words are from the manual's encodings.

use skink_asm::flat::{Flat, kmd, listing};
use skink_asm::source::NoFiles;
use skink_asm::{FileId, Loader, Sources, manchester};

fn assemble_with(text: &str, loader: &dyn Loader) -> (manchester::Assembly, Sources, FileId) {
    let mut sources = Sources::default();
    let file = sources.add("test.s", text.as_bytes(), None);
    let assembly = manchester::assemble(&mut sources, file, loader);
    (assembly, sources, file)
}

/// The memory image of a text without errors.
fn flat(text: &str) -> Flat {
    let (assembly, sources, _) = assemble_with(text, &NoFiles);
    assert!(!assembly.diags.has_errors(), "{text}\n{}", assembly.diags.render(&sources));
    assembly.flat
}

fn bytes(text: &str) -> Vec<u8> {
    flat(text).binary(1 << 26).unwrap()
}

fn words(text: &str) -> Vec<u32> {
    let bytes = bytes(text);
    let (words, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty(), "{text}");
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn value(expression: &str) -> u32 {
    words(&format!(" DEFW {expression}"))[0]
}

fn error(text: &str) -> String {
    let (assembly, sources, _) = assemble_with(text, &NoFiles);
    assert!(assembly.diags.has_errors(), "{text}");
    assembly.diags.render(&sources)
}

#[test]
fn lines_end_in_any_way() {
    let expected = words("MOV R0, #1\nMOV R1, #2\n");
    assert_eq!(expected, [0xe3a0_0001, 0xe3a0_1002]);
    assert_eq!(words("MOV R0, #1\r\nMOV R1, #2\r\n"), expected);
    assert_eq!(words("MOV R0, #1\rMOV R1, #2"), expected);
    assert_eq!(words("\n\n  ; nothing\nmov r0, #1;one\n\tMoV\tR1,#2 ; two"), expected);
}

#[test]
fn labels_stand_anywhere_and_name_the_next_item() {
    let text = "start\n        deep    B start\nx y z   B deep\n        alone\n; comment\n        DEFW x, y, z, alone, start, deep";
    assert_eq!(words(text), [0xeaff_fffe, 0xeaff_fffd, 4, 4, 4, 8, 0, 0]);
}

#[test]
fn labels_differ_in_case_and_mnemonics_do_not() {
    assert_eq!(words("Loop b Loop\nloop B loop"), [0xeaff_fffe, 0xeaff_fffe]);
    assert!(error("loop B Loop").contains("capital and small letters"));
}

#[test]
fn names_of_fields_may_be_labels() {
    assert_eq!(words("word DEFW 5\nbyte EQU 3\n DEFW word, byte\n LDR R0, word"), [5, 0, 3, 0xe51f_0014]);
}

#[test]
fn local_labels_are_found_backwards_and_forwards() {
    let text = "1 B %1\n1 B %b1\n  B %f1\n  B %1\n1 B %f2\n2 DEFW %b1, %b2, %2";
    let b = |from: i32, to: i32| 0xea00_0000 | ((to - from - 8) / 4) as u32 & 0xff_ffff;
    assert_eq!(words(text), [b(0, 0), b(4, 4), b(8, 16), b(12, 4), b(16, 20), 16, 20, 20]);
    assert_eq!(words("B %12\n12 SVC 2")[0], b(0, 4));
}

#[test]
fn numbers_in_all_bases() {
    let cases: [(&str, u32); 16] = [
        ("1234", 1234),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0XfF", 255),
        ("&1f", 31),
        ("$1F", 31),
        ("&FFFF_0000", 0xffff_0000),
        ("0b101", 5),
        (":101", 5),
        ("@17", 15),
        ("2_1010", 10),
        ("'c'", 99),
        ("'\\n'", 10),
        ("\"x\"", 120),
        ("{TRUE}", u32::MAX),
        ("{FALSE}", 0),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn operators_bind_as_in_aasm() {
    let cases: [(&str, u32); 34] = [
        // Shifts bind tightest, then AND, then OR and EOR, then * /, then + -, then comparisons.
        ("1+2 AND 3", 3),
        ("1 << 2 + 1", 5),
        ("1 + 1 << 4", 17),
        ("6 AND 3 << 1", 6),
        ("4 OR 2 AND 6", 6),
        ("2 * 3 OR 4", 14),
        ("2 + 3 * 4", 14),
        ("10 - 2 - 3", 5),
        ("100 / 10 / 5", 2),
        ("7 - 2 = 5", u32::MAX),
        ("(1 + 2) * 3", 9),
        ("1 << 2 << 3", 32),
        // All spellings.
        ("1 LSL 4", 16),
        ("1 SHL 4", 16),
        ("&80000000 LSR 31", 1),
        ("&80000000 >> 31", 1),
        ("-1 SHR 28", 15),
        ("5 EOR 1", 4),
        ("5 XOR 1", 4),
        ("5 ^ 1", 4),
        ("5 | 2", 7),
        ("17 DIV 5", 3),
        ("17 MOD 5", 2),
        ("17 \\ 5", 2),
        // Unary.
        ("-5 + 6", 1),
        ("~0", u32::MAX),
        ("|1024", 10),
        ("|1025", 10),
        ("- - 3", 3),
        ("+3", 3),
        // In 32 bits.
        ("&FFFFFFFF + 1", 0),
        ("65536 * 65536 + 7", 7),
        ("1 << 32", 0),
        ("0 - 1", u32::MAX),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn comparisons_are_unsigned_by_signs_and_signed_by_letters() {
    let yes = u32::MAX;
    let cases: [(&str, u32); 22] = [
        ("1 = 1", yes),
        ("1 == 1", yes),
        ("1 EQ 2", 0),
        ("1 <> 2", yes),
        ("1 != 1", 0),
        ("1 NE 2", yes),
        ("1 < -1", yes),
        ("1 LO -1", yes),
        ("-1 <= 1", 0),
        ("-1 LS 1", 0),
        ("-1 > 1", yes),
        ("-1 HI 1", yes),
        ("1 >= -1", 0),
        ("1 HS -1", 0),
        ("-1 LT 1", yes),
        ("1 LE -1", 0),
        ("-1 GT 1", 0),
        ("1 GE -1", yes),
        ("2 LE 2", yes),
        ("2 HS 2", yes),
        ("2 < 2", 0),
        ("2 GT 2", 0),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn the_current_address() {
    assert_eq!(words(" DEFW 0, ., . - 4\n B .\n ORG .+8\n DEFW ."), [0, 4, 4, 0xeaff_fffe, 0, 0, 24]);
}

#[test]
fn strings_take_each_delimiter_and_all_escapes() {
    assert_eq!(bytes(" DEFB \"a;b\", 'cd', `e'f`, /g\"h/, 0"), b"a;bcde'fg\"h\0");
    assert_eq!(bytes(r#" DEFB "\0\"\'\?\\\a\b\f\n\r\t\v""#), [0, 34, 39, 63, 92, 7, 8, 12, 10, 13, 9, 11]);
    assert_eq!(bytes(" DEFH \"ab\""), [97, 0, 98, 0]);
    assert_eq!(bytes(" DEFW \"ab\", 'c' + 1"), [97, 0, 0, 0, 98, 0, 0, 0, 100, 0, 0, 0]);
    assert_eq!(bytes(" DEFB 8/2, \"x\", 6 / 3"), [4, b'x', 2]);
}

#[test]
fn data_of_each_size_under_both_names() {
    assert_eq!(bytes(" DEFB 1, -1\n DCB 255"), [1, 255, 255]);
    assert_eq!(bytes(" DEFH &1234\n DCW -2"), [0x34, 0x12, 0xfe, 0xff]);
    assert_eq!(bytes(" DEFW &12345678\n DCD -1"), [0x78, 0x56, 0x34, 0x12, 255, 255, 255, 255]);
    assert_eq!(bytes(" DEFS 2\n DEFS 3, &EE\n DEFS 0"), [0, 0, 0xee, 0xee, 0xee]);
    assert_eq!(bytes(" DEFB 1\n ALIGN\n DEFB 2\n ALIGN 2, 9\n DEFB 3\n ALIGN 8"), [1, 0, 0, 0, 2, 9, 3, 0]);
}

#[test]
fn names_may_be_defined_later() {
    assert_eq!(words(" MOV R0, #size\n DEFS size * 4\nsize EQU last - first\nfirst DEFW 1, 2\nlast"), {
        let mut expected = vec![0xe3a0_0008];
        expected.extend([0; 8]);
        expected.extend([1, 2]);
        expected
    });
}

#[test]
fn other_names_for_registers() {
    assert_eq!(words("count RN R4\nlimit RN 5\nagain RN count\n ADD count, limit, again"), [0xe085_4004]);
    assert_eq!(
        words(" MOV a1, v1\n MOV sb, sl\n MOV fp, ip\n MOV sp, lr\n MOV a4, v8"),
        [0xe1a0_0004, 0xe1a0_900a, 0xe1a0_b00c, 0xe1a0_d00e, 0xe1a0_300b]
    );
    // MRC p15, 0, R1, c13, c0, 3
    assert_eq!(
        words("system CP 15\nthread CN 13\nzero CN c0\n MRC system, 0, R1, thread, zero, 3"),
        [0xee1d_1f70]
    );
}

#[test]
fn records_name_offsets() {
    let text = "point RECORD\nx WORD\ny WORD\ncolour BYTE 3\nhere ALIAS\n REC_ALIGN\nnext HALF\nbig DOUBLE\nother STRUCT 8\nz WORD\nafter DEFW x, y, colour, here, next, big, point, z, other";
    assert_eq!(words(text), [0, 4, 8, 11, 12, 14, 22, 8, 12]);
}

#[test]
fn conditional_assembly() {
    let text = "debug EQU 1\n IF debug\n DEFW 1\n IF 0\n DEFW 2\n ELSE\n DEFW 3\n FI\n ELSE\n DEFW 4\n nonsense #### here\n ENDIF\n DEFW 5";
    assert_eq!(words(text), [1, 3, 5]);
    assert_eq!(
        words("x EQU 3\n IF x > 2\n IF x < 2\n DEFW 1\n FI\n DEFW 2\n FI\n IF x = 4\n DEFW 3\n FI"),
        [2]
    );
}

struct Files(&'static [(&'static str, &'static str)]);

impl Loader for Files {
    fn load(&self, name: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or("no such file".into())
    }
}

#[test]
fn files_are_included_and_imported() {
    let files = Files(&[("a.s", "inner DEFW 1\n GET b.s"), ("b.s", "deep DEFW inner"), ("c.bin", "wxyz")]);
    let (assembly, sources, _) =
        assemble_with(" INCLUDE a.s ; first\n IMPORT c.bin\n DEFW deep\n IMPORT \"c.bin\"", &files);
    assert!(!assembly.diags.has_errors(), "{}", assembly.diags.render(&sources));
    let expected = [1, 0, 0, 0, 0, 0, 0, 0, b'w', b'x', b'y', b'z', 4, 0, 0, 0, b'w', b'x', b'y', b'z'];
    assert_eq!(assembly.flat.binary(100).unwrap(), expected);
    // A file that includes itself ends.
    let (assembly, sources, _) = assemble_with(" GET me.s", &Files(&[("me.s", " GET me.s")]));
    assert!(assembly.diags.render(&sources).contains("included too deeply"));
}

#[test]
fn adrl_takes_as_many_instructions_as_it_needs() {
    // The distance is from the first instruction plus 8.
    for (gap, count) in [(0x10u32, 1), (0x1234, 2), (0x12_3454, 3)] {
        let text = format!(" ADRL R1, far\n MOV R2, #1\n ORG 8 + {gap}\nfar");
        let code = words(&text.replace("\nfar", "\nfar DEFW 0"));
        let adds = code.iter().take_while(|word| *word & 0xfff0_0000 == 0xe280_0000).count();
        assert_eq!((adds, code[count]), (count, 0xe3a0_2001), "{gap:#x}");
    }
    // Backwards by SUB; four parts.
    assert_eq!(words("back DEFW 0\n ADRL R1, back"), [0, 0xe24f_100c]);
    let far = flat(" ADRL R1, 0x12345678 + 8\n MOV R2, #1").segments[0].bytes.clone();
    assert_eq!(far.len(), 20);
    // The condition stands before or after the L.
    assert_eq!(words("x ADRLNE R1, x"), words("x ADRNEL R1, x"));
}

#[test]
fn a_later_adrl_moves_earlier_labels_until_all_is_settled() {
    let flat = flat(" ADRL R0, far\n ADRL R1, far\n B far\n DEFS 4100\nfar SVC 2");
    let far = flat.symbols.iter().find(|label| label.name == "far").unwrap().addr;
    let word = |at: usize| u32::from_le_bytes(flat.segments[0].bytes[at..at + 4].try_into().unwrap());
    // 0x1010 and 0x1008 from PC: two parts in each.
    assert_eq!(far, 8 + 8 + 4 + 4100);
    let immediate = |word: u32| (word & 0xff).rotate_right((word >> 8 & 15) * 2);
    assert_eq!(8 + immediate(word(0)) + immediate(word(4)), far);
    assert_eq!(16 + immediate(word(8)) + immediate(word(12)), far);
}

#[test]
fn literals_become_moves_or_shared_words() {
    let code = words(
        " LDR R0, =255\n LDR R1, =-1\n LDR R2, =&12345678\n LDR R3, =&12345678\n LDR R4, =here\nhere SVC 2\n LITERAL\n LDR R5, =&12345678\n B .",
    );
    assert_eq!(
        code,
        [
            0xe3a0_00ff,
            0xe3e0_1000,
            0xe59f_2008, // to 24
            0xe59f_3004,
            0xe3a0_4014, // MOV R4, #20
            0xef00_0002,
            0x1234_5678,
            0xe59f_5000, // to 36
            0xeaff_fffe,
            0x1234_5678
        ]
    );
}

#[test]
fn all_names_of_the_pool_dump_it() {
    for name in ["LITERAL", "LITERALS", "POOL", "LTORG"] {
        assert_eq!(
            words(&format!(" LDR R0, =0x101\n B .\n {name}\n SVC 2")),
            [0xe59f_0000, 0xeaff_fffe, 0x101, 0xef00_0002]
        );
    }
}

#[test]
fn loads_and_stores_of_labels() {
    let code =
        words("x DEFW 0\n LDR R0, x\n STR R0, x\n LDRB R1, x + 1\n STRH R2, y\n LDRD R2, y\ny DEFW 0, 0");
    assert_eq!(code[1..6], [0xe51f_000c, 0xe50f_0010, 0xe55f_1013, 0xe1cf_20b0, 0xe14f_20d4]);
}

#[test]
fn both_orders_of_suffixes() {
    for (old, new) in [
        ("ADDEQS R0, R1, R2", "ADDSEQ R0, R1, R2"),
        ("LDMEQFD SP!, {R0}", "LDMFDEQ SP!, {R0}"),
        ("LDREQB R0, [R1]", "LDRBEQ R0, [R1]"),
        ("STRNEH R0, [R1]", "STRHNE R0, [R1]"),
        ("LDRGTSB R0, [R1]", "LDRSBGT R0, [R1]"),
        ("MOVCSS R0, #1", "MOVSCS R0, #1"),
        ("UMULLEQS R0, R1, R2, R3", "UMULLSEQ R0, R1, R2, R3"),
        ("SWI 2", "SVC 2"),
        ("SWIEQ 3", "SVCEQ 3"),
    ] {
        assert_eq!(words(&format!(" {old}")), words(&format!(" {new}")), "{old}");
    }
}

#[test]
fn constants_that_only_the_opposite_can_hold() {
    let cases = [
        ("ADD R0, R1, #-4", "SUB R0, R1, #4"),
        ("SUBS R0, R1, #-4", "ADDS R0, R1, #4"),
        ("CMP R0, #-1", "CMN R0, #1"),
        ("CMN R0, #-1", "CMP R0, #1"),
        ("AND R0, R1, #&FFFFFF00", "BIC R0, R1, #255"),
        ("BIC R0, R1, #&FFFFFF00", "AND R0, R1, #255"),
        ("MOV R0, #-1", "MVN R0, #0"),
        ("MVN R0, #-2", "MOV R0, #1"),
        ("ADC R0, R1, #-1", "SBC R0, R1, #0"),
    ];
    for (written, taken) in cases {
        assert_eq!(words(&format!(" {written}")), words(&format!(" {taken}")), "{written}");
    }
    // #imm, rot: eight bits and a rotation.
    assert_eq!(words(" MOV R0, #1, 2"), [0xe3a0_0101]);
}

#[test]
fn instructions_of_armv7() {
    let code = words(
        " UBFX R0, R1, #4, #8\n MOVW R0, #0x1234\n SDIV R0, R1, R2\n VADD.F32 S0, S1, S2\n VMOV.F64 D1, #1.5\n VLD1.8 {D0, D1}, [R0]!\n DMB SY\n MRS R0, CPSR\n MSR CPSR_f, R0\n LDREX R0, [R1]\n CLZ R0, R1\n VDUP.8 Q0, D1[3]\n VLD1.32 {D0}, [R0:64]",
    );
    assert_eq!(
        code,
        [
            0xe7e7_0251,
            0xe301_0234,
            0xe710_f211,
            0xee30_0a81,
            0xeeb7_1b08,
            0xf420_0a0d,
            0xf57f_f05f,
            0xe10f_0000,
            0xe128_f000,
            0xe191_0f9f,
            0xe16f_0f11,
            0xf3b7_0c41,
            0xf420_079f
        ]
    );
}

#[test]
fn thumb() {
    let code = bytes(
        " THUMB\nstart MOV R0, R1\n ADDS R0, R0, #1\n B start\n IT EQ\n MOVEQ R0, #1\n BL start\n ADR R0, data\n LDR R1, =&12345678\n LDR R2, data\n BX LR\n ALIGN 4\ndata DEFW 7",
    );
    let halfwords: Vec<u16> = code.as_chunks::<2>().0.iter().map(|h| u16::from_le_bytes(*h)).collect();
    assert_eq!(halfwords[..9], [0x4608, 0x3001, 0xe7fc, 0xbf08, 0x2001, 0xf7ff, 0xfff9, 0xa002, 0x4902]);
}

#[test]
fn the_binary_and_its_entry() {
    let program = flat(" ORG 0x100\n DEFW 1\n ENTRY\nmain SVC 2\n ORG 0x10C\n DEFW 3");
    assert_eq!((program.entry, program.range()), (Some(0x104), Some((0x100, 0x110))));
    assert_eq!(program.binary(16).unwrap().len(), 16);
    assert_eq!(flat(" THUMB\n ENTRY\n NOP").entry, Some(1));
}

const LISTED: &str = "; top\nstart   MOV R0, #1\ntext    DEFB \"Hello\", 0\n        ALIGN\n        DEFH 1, 2, 3\n        ALIGN\n        EXPORT text\n        LDR R1, =0x12345678\n        B start\n";

#[test]
fn the_kmd_format() {
    let (assembly, sources, file) = assemble_with(LISTED, &NoFiles);
    let expected = [
        "KMD",
        "                      ; ; top",
        "00000000: E3A00001    ; start   MOV R0, #1",
        "00000004: 48 65 6C 6C ; text    DEFB \"Hello\", 0",
        "00000008: 6F 00       ; ",
        "0000000A: 00 00       ;         ALIGN",
        "0000000C: 0001 0002   ;         DEFH 1, 2, 3",
        "00000010: 0003        ; ",
        "00000012: 00 00       ;         ALIGN",
        "                      ;         EXPORT text",
        "00000014: E59F1000    ;         LDR R1, =0x12345678",
        "00000018: EAFFFFF8    ;         B start",
        "0000001C: 12345678    ; ",
        "",
        "Symbol Table: Labels",
        ": start                             00000000  Local -- ARM",
        ": text                              00000004  Global - ARM",
        "",
    ];
    assert_eq!(kmd::write(&assembly.flat, &sources, file), expected.join("\n"));
}

#[test]
fn the_listing() {
    let (assembly, sources, file) = assemble_with("x MOV R0, #1 ; one\n DEFB 1, 2\n", &NoFiles);
    let got = listing::write(&assembly.flat, &sources, file);
    assert_eq!(
        got,
        "00000000  e3a00001         1  x MOV R0, #1 ; one\n00000004  01 02            2   DEFB 1, 2\n"
    );
}

#[test]
fn exported_labels() {
    let program = flat(" EXPORT all\nfirst SVC 2\nsecond SVC 2");
    assert!(program.symbols.iter().all(|label| label.global));
}

#[test]
fn the_stages_agree() {
    let (assembly, sources, _) = assemble_with(LISTED, &NoFiles);
    let section = &assembly.object.sections[0];
    assert_eq!(section.bytes, assembly.flat.segments[0].bytes);
    assert_eq!(section.items.iter().map(|item| item.size).sum::<u32>(), section.size);
    assert!(section.relocs.is_empty());
    // Every token is where it says, and none of them overlap.
    let mut end = 0;
    for (file, token) in &assembly.tokens {
        assert!(token.start >= end && token.end > token.start, "{token:?}");
        assert!(token.end as usize <= sources.file(*file).text.len());
        end = token.end;
    }
    let mut ast = String::new();
    assembly.stmts.iter().for_each(|stmt| stmt.print(&mut ast, &sources));
    assert!(ast.contains("2:1 Label \"start\"\n2:9 Insn \"MOV\" \"R0\", \"#1\"\n"), "{ast}");
    // Comments are kept.
    assert!(ast.starts_with("1:1 Comment \"; top\"\n"), "{ast}");
}

#[test]
fn the_stages_as_text() {
    let text = "start B over ; skip\ndata DEFW data + 4, size\nsize EQU 3\nover ADRL R0, data\n SVC 2\n";
    let (assembly, sources, _) = assemble_with(text, &NoFiles);
    let hir = skink_asm::emit::hir(&assembly.program, &sources);
    let expected = "section .text type 0x1 flags 0x7 align 4 address 0x0
start:
  01 00 00 ea <branch over>    ; test.s:1 B over
data:
  08 00 00 00 03 00 00 00 <data32 data+4>    ; test.s:2 DEFW data + 4, size
over:
  10 00 4f e2    ; test.s:4 ADRL R0, data
  02 00 00 ef    ; test.s:5 SVC 2
equate size = 3
";
    assert_eq!(hir, expected);
    let lir = skink_asm::emit::lir(&assembly.program, &assembly.object, &sources);
    let lines: Vec<String> =
        lir.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "section .text address 0x0 size 0x14",
            "00000000 01 00 00 ea b c ; test.s:1 B over",
            "00000004 08 00 00 00 03 00 00 00 ; test.s:2 DEFW data + 4, size",
            "0000000c 10 00 4f e2 sub r0, pc, #16 ; test.s:4 ADRL R0, data",
            "00000010 02 00 00 ef svc 0x00000002 ; test.s:5 SVC 2"
        ]
    );
    let tokens = skink_asm::emit::tokens(&sources, &assembly.tokens);
    assert!(
        tokens
            .starts_with("1:1 Word \"start\"\n1:7 Word \"B\"\n1:9 Word \"over\"\n1:14 Comment \"; skip\"\n"),
        "{tokens}"
    );
}

#[test]
fn depth_is_no_danger() {
    for (open, close) in [("(", ")"), ("-", ""), ("~", ""), ("1+", ""), ("1 LSL ", "")] {
        let text = format!(" DEFW {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(error(&text).contains("too long"), "{open}");
    }
    let sum = format!(" DEFW 1{}\n", "+1".repeat(200));
    assert_eq!(words(&sum), [201]);
    // A thousand wrong lines are not a thousand searches.
    let text = " B nowhere\n".repeat(20_000);
    assert!(error(&text).contains("this is enough for now"));
}

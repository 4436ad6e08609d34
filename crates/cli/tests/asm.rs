//! `skink asm`: every stage and every format of both dialects. Objects go through GNU ld, line tables through GNU
//! addr2line.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MANCHESTER: &str = "; says hi
        EXPORT main
        ENTRY
main    LDR R1, =msg            ; a word that a linker fills in
        LDR R3, table+4
        MOV R2, #size
        MOV R0, #1
        MOV R7, #4
        SVC 0
        LDRB R0, [R3]
        MOV R7, #1
        SVC 0
msg     DEFB \"hi!\\n\"
size    EQU . - msg
        ALIGN
table   DEFW 0, msg+2
";

const GNU: &str = "@ says hi
        .syntax unified
        .macro  call number
        mov     r7, \\number
        svc     #0
        .endm
        .global _start
_start: ldr     r1, =msg
        mov     r0, #1
        mov     r2, #4
        call    #4
        ldr     r3, =value
        ldr     r0, [r3]
        call    #1
        .data
msg:    .ascii  \"hi!\\n\"
value:  .word   33
        .hword  1, 2
        .bss
zeros:  .space  8
";

fn skink(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skink")).args(args).output().unwrap()
}

/// A source in a directory of its own.
fn source(name: &str, text: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("asm");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Assembles a text; the path of what was written.
fn written(name: &str, text: &str, options: &[&str]) -> PathBuf {
    let source = source(name, text);
    let output = source.with_extension("out");
    let mut args = vec!["asm", source.to_str().unwrap(), "-o", output.to_str().unwrap()];
    args.extend(options);
    let run = skink(&args);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    output
}

fn stage(name: &str, text: &str, stage: &str) -> String {
    let source = source(name, text);
    let run = skink(&["asm", "--emit", stage, source.to_str().unwrap()]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn gnu_tool(tool: &str, args: &[&str]) -> String {
    let run = Command::new(format!("arm-linux-gnueabihf-{tool}")).args(args).output().unwrap();
    assert!(run.status.success(), "{tool}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn says_hi(program: &Path) {
    let run = skink(&["run", program.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!((run.status.code(), &run.stdout[..]), (Some(33), &b"hi!\n"[..]), "{said}");
}

/// The lines of a text that the instructions at some addresses are from.
fn lines(program: &Path, addresses: &[u32]) -> Vec<u32> {
    let mut args = vec!["-e".to_owned(), program.to_str().unwrap().to_owned()];
    args.extend(addresses.iter().map(|address| format!("{address:#x}")));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let out = gnu_tool("addr2line", &args);
    out.lines().map(|line| line.rsplit(':').next().unwrap().parse().unwrap_or(0)).collect()
}

fn symbol(program: &Path, name: &str) -> u32 {
    let list = gnu_tool("nm", &[program.to_str().unwrap()]);
    let line =
        list.lines().find(|line| line.ends_with(&format!(" {name}"))).unwrap_or_else(|| panic!("{list}"));
    u32::from_str_radix(line.split(' ').next().unwrap(), 16).unwrap()
}

#[test]
fn objects_are_linked_by_gnu_ld() {
    for (name, text, options) in
        [("manchester-obj.s", MANCHESTER, &["--format", "obj"][..]), ("gnu-obj.s", GNU, &["-g"])]
    {
        let object = written(name, text, options);
        let program = object.with_extension("linked");
        gnu_tool(
            "ld",
            &["--no-warn-rwx-segments", object.to_str().unwrap(), "-o", program.to_str().unwrap()],
        );
        says_hi(&program);
        let start = symbol(&program, "_start");
        let expected: &[u32] =
            if name == "gnu-obj.s" { &[8, 9, 10, 11, 11, 12] } else { &[4, 5, 6, 7, 8, 9] };
        let addresses: Vec<u32> = (0..6).map(|n| start + 4 * n).collect();
        assert_eq!(lines(&program, &addresses), expected, "{name}");
    }
}

#[test]
fn an_object_is_where_the_linker_puts_it() {
    // ORG parts a program; the distance of its parts stays.
    let text = "        ENTRY
        B far           ; over a gap
        ORG 0x100
word    DEFW word       ; its own address
far     LDR R1, word
        ADR R2, word
        SUB R0, R1, R2  ; 0 wherever they are
        MOV R7, #1
        SVC 0
";
    let object = written("parted.s", text, &["--format", "obj"]);
    let program = object.with_extension("linked");
    for base in ["0x20000", "0x400000"] {
        let (object, output) = (object.to_str().unwrap(), program.to_str().unwrap());
        gnu_tool("ld", &["--no-warn-rwx-segments", "-Ttext", base, object, "-o", output]);
        assert_eq!(skink(&["run", output]).status.code(), Some(0), "{base}");
    }
    // Half an address is nothing that a linker could fill in.
    let wrong = source("half.s", "a MOV R0, #a ; here\n DEFW a*2\n DEFH a\n");
    let run = skink(&["asm", "--format", "obj", wrong.to_str().unwrap()]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(
        (run.status.code(), said.matches("depends on where the program is put").count()),
        (Some(1), 3)
    );
}

#[test]
fn programs_run_and_have_their_lines() {
    let gnu = written("gnu-elf.s", GNU, &["--format", "elf"]);
    says_hi(&gnu);
    let start = symbol(&gnu, "_start");
    assert_eq!(lines(&gnu, &[start, start + 4, start + 12, start + 16]), [8, 9, 11, 11]);

    let placed = MANCHESTER.replace("ENTRY", "ORG 0x10000\n        ENTRY");
    let manchester = written("manchester-elf.s", &placed, &["--format", "elf"]);
    says_hi(&manchester);
    assert_eq!(symbol(&manchester, "main"), 0x1_0000);
    assert_eq!(symbol(&manchester, "size"), 4);
    assert_eq!(lines(&manchester, &[0x1_0000, 0x1_0004, 0x1_0014]), [5, 6, 10]);
    // GNU objdump knows what is data.
    let listing = gnu_tool("objdump", &["-d", manchester.to_str().unwrap()]);
    assert!(listing.contains(".word\t0x0a216968") && listing.contains("svc\t0x00000000"), "{listing}");
}

#[test]
fn run_takes_either_dialect_to_either_machine() {
    let placed = source("placed.s", &MANCHESTER.replace("ENTRY", "ORG 0x10000\n        ENTRY"));
    let run = skink(&["run", "--linux", placed.to_str().unwrap()]);
    assert_eq!((run.status.code(), &run.stdout[..]), (Some(33), &b"hi!\n"[..]));
    let low = source("low.s", " MOV R0, #1 ; at 0\n SVC 2\n");
    let run = skink(&["run", "--linux", low.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(126));
    assert!(String::from_utf8_lossy(&run.stderr).contains("ORG 0x10000"));

    let text = "\t.text\n_start:\tldr r0, =text\n\tsvc #3\n\tbl more\n\tsvc #2\n\t.thumb\n\t.thumb_func\n\t.type more, %function\nmore:\tmovs r0, #42\n\tsvc #4\n\tbx lr\n\t.data\ntext:\t.asciz \"on the board \"\n";
    let board = source("board.s", text);
    let run = skink(&["run", "--board", board.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!((run.status.code(), &run.stdout[..]), (Some(0), &b"on the board 42"[..]), "{said}");
    // Trouble names the line of this dialect too.
    let trouble = source("trouble.s", "\t.text\n_start:\tmov r1, #2\n\tldr r0, [r1]\n");
    let run = skink(&["run", "--board", trouble.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(3));
    assert!(said.contains("trouble.s:3") && said.contains("R1 = 0x00000002"), "{said}");
}

#[test]
fn images_of_the_gnu_dialect() {
    let bin = std::fs::read(written("gnu-bin.s", GNU, &["--format", "bin"])).unwrap();
    // The literal holds the address of `msg`, which stands behind the code.
    let msg = u32::from_le_bytes(bin[36..40].try_into().unwrap()) as usize;
    assert_eq!((&bin[msg..msg + 8], bin.len()), (&b"hi!\n\x21\0\0\0"[..], msg + 12));
    let high = std::fs::read(written("gnu-high.s", GNU, &["--format", "bin", "--base", "0x8000"])).unwrap();
    assert_eq!(u32::from_le_bytes(high[36..40].try_into().unwrap()) as usize, 0x8000 + msg);
    let kmd = std::fs::read_to_string(written("gnu-kmd.s", GNU, &["--format", "kmd"])).unwrap();
    let at =
        |text: &str| kmd.lines().position(|line| line == text).unwrap_or_else(|| panic!("{text}\n{kmd}"));
    assert_eq!(kmd.lines().next(), Some("KMD"));
    at("00000000: E59F101C    ; _start: ldr     r1, =msg");
    // A macro's instructions follow its call.
    assert_eq!(
        at("0000000C: E3A07004    ;         mov     r7, #4"),
        at("                      ;         call    #4") + 1
    );
    at("00000030: 00000021    ; value:  .word   33");
    at("0000002C: 68 69 21 0A ; msg:    .ascii  \"hi!\\n\"");
    at(": _start                            00000000  Global - ARM");
    at(": value                             00000030  Local -- ARM");
}

#[test]
fn the_stages_of_the_gnu_dialect() {
    let text =
        "@ first\nloop:   ldr r1, =table  @ where\n        bne loop\n        .data\ntable:  .word 1, loop\n";
    let tokens = stage("stages.s", text, "tokens");
    assert!(tokens.starts_with("1:1 Comment \"@ first\"\n2:1 Word \"loop\"\n2:5 Punct \":\"\n"), "{tokens}");
    assert_eq!(
        stage("stages.s", text, "ast"),
        "1:1 Comment \"@ first\"
2:1 Label \"loop\"
2:9 Insn \"ldr\" \"r1\", \"=table\"
2:25 Comment \"@ where\"
3:9 Insn \"bne\" \"loop\"
4:9 Directive \".data\"
5:1 Label \"table\"
5:9 Directive \".word\" \"1\", \"loop\"
"
    );
    let hir = stage("stages.s", text, "hir");
    for expected in
        ["section .text", "loop:\n", "<branch loop>", "<literal <", "<data32 table>", "<data32 loop>"]
    {
        assert!(hir.contains(expected), "{expected}\n{hir}");
    }
    let lir = stage("stages.s", text, "lir");
    for expected in
        ["00000004  fd ff ff 1a  bne 0 ", "reloc 0x8 R_ARM_ABS32 .data", "reloc 0x4 R_ARM_ABS32 .text"]
    {
        assert!(lir.contains(expected), "{expected}\n{lir}");
    }
    let listing = stage("stages.s", text, "listing");
    assert!(listing.contains("00000004  1afffffd         3          bne loop\n"), "{listing}");
    assert!(listing.contains("00000000  00000001         5  table:  .word 1, loop\n"), "{listing}");
}

/// Parts in any order, two of them in one page, one far away; the start in Thumb.
#[test]
fn a_program_in_parts_is_loaded_in_parts() {
    let text = "; parts
        ORG 0x20000
far     DEFW 0x12340000
        ORG 0x10100
        THUMB
        ENTRY
        LDR R1, =far            ; the pool is in the first page too
        LDR R0, [R1]
        LDR R2, =near
        LDR R2, [R2]
        ADD R0, R0, R2
        STR R0, [R1]            ; parts can be written
        LDR R0, [R1]
        LSRS R0, R0, #16
        SUBS R0, R0, #0xFF
        MOV R7, #1
        SVC 0
        LITERAL
        ORG 0x10010
near    DEFW 1 << 16
";
    let program = written("parts.s", text, &["--format", "elf"]);
    let expected = Some((0x1235 - 0xff) & 0xff);
    assert_eq!(skink(&["run", program.to_str().unwrap()]).status.code(), expected);
    let headers = gnu_tool("readelf", &["-lh", program.to_str().unwrap()]);
    assert_eq!(headers.matches("LOAD").count(), 2, "{headers}");
    assert!(headers.contains("0x10101"), "{headers}");
    let oracle = Command::new("qemu-arm").arg(&program).output().unwrap();
    assert_eq!(oracle.status.code(), expected);
}

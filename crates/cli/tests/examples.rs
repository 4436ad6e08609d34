//! The examples for Linux: sources that are assembled, linked and run in one step.

use std::process::Command;

fn runs(source: &str, output: &str, status: i32) {
    let file = format!("{}/../../examples/{source}", env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(env!("CARGO_BIN_EXE_skink")).args(["run", &file]).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(String::from_utf8_lossy(&run.stdout), output, "{source}: {said}");
    assert_eq!(run.status.code(), Some(status), "{source}: {said}");
    assert!(said.is_empty(), "{source}: {said}");
}

#[test]
fn hello() {
    runs("hello.s", "Hello, world!\n", 0);
}

#[test]
fn exit_status() {
    runs("linux/exit.s", "", 161);
}

#[test]
fn literal_pool() {
    runs("linux/literal.s", "Hello, world!\n", 0);
}

/// A program with data, zeroed data, calls between ARM and Thumb code, and references of every kind the linker knows.
#[test]
fn sections_and_references() {
    let source = "
        .syntax unified
        .arch armv7-a
        .text
        .arm
        .global _start
_start: movw    r0, #:lower16:count
        movt    r0, #:upper16:count
        ldr     r1, [r0]                @ 3
        ldr     r2, =zeros
        str     r1, [r2, #4]
        bl      thumb                   @ BLX
        ldr     r3, =pointer
        ldr     r3, [r3]                @ the address of count
        ldr     r3, [r3]
        ldr     r2, =zeros
        ldr     r2, [r2, #4]
        add     r0, r0, r2              @ 30 + 3
        add     r0, r0, r3              @ + 3
        bl      far
        mov     r7, #1
        svc     #0
        .thumb
        .thumb_func
        .type   thumb, %function
thumb:  movs    r0, #10
        muls    r0, r1, r0
        bx      lr
        .section .text.far, \"ax\", %progbits
        .arm
        .type   far, %function
far:    add     r0, r0, #1
        bx      lr
        .data
count:  .word   3
pointer: .word  count
        .bss
zeros:  .space  8
";
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("references.s");
    std::fs::write(&file, source).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_skink")).arg("run").arg(&file).output().unwrap();
    assert_eq!(run.status.code(), Some(37), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn what_is_missing_is_named() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("missing.s");
    std::fs::write(&file, "\t.global _start\n_start:\tbl\tprintf\n").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_skink")).arg("run").arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("`printf` is not defined"), "{said}");
    assert_eq!(run.status.code(), Some(126));
}

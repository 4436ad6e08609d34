//! Guest programs without a C library, built by the cross compiler and run by skink. Each checks
//! itself, and what it checks is named in its first lines; several of the checks are of things that
//! fail under qemu-arm 7.2.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const COMPILER: &str = "arm-linux-gnueabihf-gcc";

/// A directory of this test's own.
fn directory(test: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// Builds a program of `tests/guest`.
fn build(dir: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest").join(name).with_extension("c");
    let program = dir.join(name);
    let status = Command::new(COMPILER)
        .args([
            "-march=armv7-a",
            "-mfloat-abi=soft",
            "-nostdlib",
            "-static",
            "-ffreestanding",
            "-fno-builtin",
        ])
        .args(["-fno-stack-protector", "-O1"])
        .args(flags)
        .arg(source)
        .arg("-o")
        .arg(&program)
        .status()
        .unwrap_or_else(|e| panic!("{COMPILER} (Debian: gcc-arm-linux-gnueabihf): {e}"));
    assert!(status.success());
    program
}

fn skink(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skink")).args(args).current_dir(dir).output().unwrap()
}

fn passes(name: &str) {
    let dir = directory(name);
    let program = build(&dir, name, &["-marm"]);
    let output = skink(&dir, &["run", "-v", program.to_str().unwrap()]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text, format!("{name} ok\n"), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn signals() {
    passes("signals");
}

#[test]
fn memory() {
    passes("memory");
}

#[test]
fn process() {
    passes("process");
}

#[test]
fn files() {
    passes("files");
}

#[test]
fn stress() {
    passes("stress");
}

/// The smallest program, in the guest's own words.
const HELLO: &str = "
.global _start
_start: mov r0, #1
 ldr r1, =text
 mov r2, #3
 mov r7, #4
 svc #0
 mov r0, #161
 mov r7, #1
 svc #0
text: .ascii \"hi\\n\"
";

fn assemble(dir: &Path, name: &str, source: &str) -> String {
    let file = dir.join(name).with_extension("s");
    std::fs::write(&file, source).unwrap();
    let program = dir.join(name);
    let status = Command::new(COMPILER)
        .args(["-march=armv7-a", "-nostdlib", "-static"])
        .args([&file, Path::new("-o"), &program])
        .status()
        .unwrap();
    assert!(status.success());
    program.to_str().unwrap().to_string()
}

#[test]
fn the_exit_status_is_the_guests() {
    let dir = directory("status");
    let hello = assemble(&dir, "hello", HELLO);
    let output = skink(&dir, &["run", &hello]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(161), &b"hi\n"[..]));
    assert!(output.stderr.is_empty());
}

#[test]
fn system_calls_are_logged_with_their_arguments() {
    let dir = directory("trace");
    let hello = assemble(&dir, "hello", HELLO);
    let output = skink(&dir, &["run", "--log", "syscalls", &hello]);
    let text = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("write(fd=1, buf=0x1") && lines[0].ends_with(", len=3) = 3"), "{text}");
    assert_eq!(lines[1], "exit(status=161) = ?");
    let log = dir.join("log");
    let output = skink(&dir, &["run", "-l", &format!("syscalls,elf={}", log.display()), &hello]);
    assert!(output.stderr.is_empty());
    let text = std::fs::read_to_string(log).unwrap();
    assert!(
        text.contains("ms] opening binary") && text.contains("  LOAD ") && text.contains("exit(status=161)")
    );
}

#[test]
fn policies_hold() {
    let dir = directory("policy");
    let hello = assemble(&dir, "hello", HELLO);
    let output = skink(&dir, &["run", "-C", "sandbox", &hello]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(161), &b"hi\n"[..]));
    let output = skink(&dir, &["run", "-C", "deny", &hello]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(161), &b""[..]));
    // open("x", O_CREAT) must fail, and so must fork; the status is the errno.
    for (number, name) in [(5, "open"), (2, "fork"), (281, "socket")] {
        let source = format!(
            ".global _start\n_start: adr r0, name\n mov r1, #0x40\n mov r2, #0x180\n ldr r7, ={number}\n svc #0\n \
             rsb r0, r0, #0\n mov r7, #1\n svc #0\nname: .asciz \"x\"\n"
        );
        let program = assemble(&dir, name, &source);
        assert_eq!(skink(&dir, &["run", "-C", "sandbox", &program]).status.code(), Some(1), "{name}");
        assert_eq!(skink(&dir, &["run", "-C", "deny", &program]).status.code(), Some(38), "{name}");
    }
    assert!(!dir.join("x").exists());
}

#[test]
fn a_signal_that_kills_the_guest_kills_skink() {
    use std::os::unix::process::ExitStatusExt;
    let dir = directory("killed");
    let cases = [
        ("segv", "mov r0, #0\n ldr r0, [r0]", 11),
        ("ill", ".inst 0xe7ffffff", 4),
        ("trap", "bkpt #0", 5),
        ("abrt", "mov r7, #20\n svc #0\n mov r1, #6\n mov r7, #37\n svc #0", 6),
    ];
    for (name, body, signal) in cases {
        let program = assemble(&dir, name, &format!(".global _start\n_start: {body}\n"));
        let output = skink(&dir, &["run", &program]);
        assert_eq!(output.status.signal(), Some(signal), "{name}");
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn what_cannot_be_run_is_said_in_one_line() {
    let dir = directory("bad");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_string();
    let write = |name: &str, bytes: &[u8]| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(dir.join(name), bytes).unwrap();
        std::fs::set_permissions(dir.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        path(name)
    };
    let hello = std::fs::read(assemble(&dir, "hello", HELLO)).unwrap();
    let mut machine = hello.clone();
    machine[18] = 62;
    let cases = [
        (path("missing"), 127, "No such file or directory (ENOENT)"),
        (dir.to_str().unwrap().to_string(), 126, "is a directory"),
        (write("empty", b""), 126, "the file is empty"),
        (write("text", b"hello, world"), 126, "not an ELF file: e_ident magic is [68, 65, 6c, 6c]"),
        (write("short", &hello[..50]), 126, "truncated: the ELF header ends at offset 52, the file at 50"),
        (write("x86", &machine), 126, "e_machine is 0x3e, expected 40 (EM_ARM)"),
    ];
    for (program, status, message) in cases {
        let output = skink(&dir, &["run", &program]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{program}: {text}");
        assert!(text.starts_with("skink: ") && text.contains(message) && text.lines().count() == 1, "{text}");
    }
    let status = Command::new("chmod").arg("-x").arg(path("hello")).status().unwrap();
    assert!(status.success());
    let output = skink(&dir, &["run", &path("hello")]);
    assert_eq!(output.status.code(), Some(126));
}

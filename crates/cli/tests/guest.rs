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

#[test]
fn instructions_are_logged_with_what_they_change() {
    let dir = directory("instructions");
    let source = ".fpu neon\n.global _start\n_start: ldr r0, =0x12345678\n vmov d16, r0, r0\n subs r0, r0, r0\n adr r1, 1f+1\n \
                  mov r4, #3\n bx r1\n.ltorg\n.thumb\n.syntax unified\n1: cmp r4, #3\n ite eq\n moveq r0, #7\n movne r0, #8\n \
                  movs.w r7, #1\n svc #0\n";
    let program = assemble(&dir, "program", source);
    let log = dir.join("log");
    let output = skink(&dir, &["run", "-l", &format!("instructions,syscalls={}", log.display()), &program]);
    assert_eq!(output.status.code(), Some(7));
    let text = std::fs::read_to_string(&log).unwrap();
    // Addresses are the linker's; blanks are for the eye.
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.split_whitespace().skip(if line.contains('(') { 0 } else { 1 }).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let expected = [
        "e59f0010 ldr r0, [pc, #16] ; r0=12345678",
        "ec400b30 vmov d16, r0, r0 ; d16=1234567812345678",
        "e0500000 subs r0, r0, r0 ; r0=00000000 nZCvq",
        "e28f1009 add r1, pc, #9 ; r1=",
        "e3a04003 mov r4, #3 ; r4=00000003",
        "e12fff11 bx r1",
        "2c03 cmp r4, #3",
        "bf0c ite eq",
        "2007 moveq r0, #7 ; r0=00000007",
        "2008 movne r0, #8",
        "f05f 0701 movs.w r7, #1 ; r7=00000001 nzCvq",
        "df00 svc 0",
        "exit(status=7) = ?",
    ];
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, expected) in lines.iter().zip(expected) {
        match expected.ends_with('=') {
            true => assert!(line.starts_with(expected), "{text}"),
            false => assert_eq!(line, expected, "{text}"),
        }
    }
    // With -v each line says whose it is.
    let output = skink(&dir, &["run", "-v", "-l", "instructions", &program]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.lines().count() == 12 && text.lines().all(|line| line.starts_with('[')), "{text}");
}

#[test]
fn the_elf_log_is_the_listing_with_elapsed_time() {
    let dir = directory("elf");
    let hello = assemble(&dir, "hello", HELLO);
    let listing = String::from_utf8(skink(&dir, &["elf", &hello]).stdout).unwrap();
    assert!(listing.starts_with("ELF Header:\n  Magic:              [7f, 45, 4c, 46]\n"), "{listing}");
    for line in [
        "  Class:              ELF32\n",
        "  Data:               Little endian\n",
        "  Type:               Executable\n",
        "  Machine:            EM_ARM\n",
        "  Program hdr offset: 52 (32 bytes each)\n",
        "  Flags:              0x05000200\n",
        "\nProgram Headers:\n  Type       Offset   VirtAddr   PhysAddr   FileSz    MemSz  Flags  Align\n  LOAD     0x0",
    ] {
        assert!(listing.contains(line), "{line}: {listing}");
    }
    let log = String::from_utf8(skink(&dir, &["run", "-l", "elf", &hello]).stderr).unwrap();
    assert!(log.contains(&format!("ms] \\\n{listing}")), "{log}");
    let stamps: Vec<f64> = log
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("ms] ")?.0.trim().parse().ok())
        .collect();
    assert!(stamps.len() >= 4 && stamps.is_sorted() && stamps[0] >= 0.0, "{log}");
}

#[test]
fn the_memory_log_tells_what_is_mapped_when() {
    let dir = directory("maplog");
    // mmap2(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), then munmap of it.
    let source = ".global _start\n_start: mov r0, #0\n mov r1, #8192\n mov r2, #1\n mov r3, #0x22\n mvn r4, #0\n mov r5, #0\n \
                  mov r7, #192\n svc #0\n mov r1, #8192\n mov r7, #91\n svc #0\n mov r7, #1\n svc #0\n";
    let program = assemble(&dir, "program", source);
    let output = skink(&dir, &["run", "-l", "memory", "-s", "1M", &program]);
    let text = String::from_utf8(output.stderr).unwrap();
    let of = |word: &str| {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(word)).collect();
        assert_eq!(lines.len(), 1, "{word}: {text}");
        let range = lines[0].split_whitespace().find_map(|word| {
            let (from, to) = word.split_once('-')?;
            Some((u32::from_str_radix(from, 16).ok()?, u32::from_str_radix(to, 16).ok()?))
        });
        range.unwrap_or_else(|| panic!("{text}"))
    };
    let stack = of("[stack]");
    assert_eq!(stack.1 - stack.0, 1 << 20);
    let gone = of("unmap");
    assert_eq!(gone.1 - gone.0, 8192);
    assert_eq!(text.matches(&format!("{:08x}-{:08x}", gone.0, gone.1)).count(), 2, "{text}");
}

/// Writes each string of its environment, NUL included.
const PRINTENV: &str = "
.global _start
_start: ldr r4, [sp]
 add r4, sp, r4, lsl #2
 add r4, r4, #8
1: ldr r1, [r4], #4
 cmp r1, #0
 beq 3f
 mov r2, #0
2: ldrb r3, [r1, r2]
 add r2, r2, #1
 cmp r3, #0
 bne 2b
 mov r0, #1
 mov r7, #4
 svc #0
 b 1b
3: mov r0, #0
 mov r7, #1
 svc #0
";

#[test]
fn the_environment_is_as_asked_for() {
    let dir = directory("environment");
    let program = assemble(&dir, "printenv", PRINTENV);
    let run = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
        command.env_clear().env("ONE", "1").env("TWO", "2").env("LD_PRELOAD", "");
        let output = command.arg("run").args(options).arg(&program).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut list: Vec<String> = text.split_terminator('\0').map(str::to_string).collect();
        list.sort();
        list.join(" ")
    };
    assert_eq!(run(&[]), "LD_PRELOAD= ONE=1 TWO=2");
    assert_eq!(run(&["-n"]), "");
    assert_eq!(run(&["-n", "-E", "A=b=c", "-E", "D="]), "A=b=c D=");
    assert_eq!(run(&["-E", "TWO=two", "-U", "ONE"]), "LD_PRELOAD= TWO=two");
}

#[test]
fn the_stack_is_as_large_as_asked_for() {
    use std::os::unix::process::ExitStatusExt;
    let dir = directory("stack");
    let source =
        ".global _start\n_start: sub sp, sp, #0x400000\n ldr r0, [sp]\n mov r0, #9\n mov r7, #1\n svc #0\n";
    let program = assemble(&dir, "deep", source);
    let run = |options: &[&str]| skink(&dir, &[&["run"], options, &[program.as_str()]].concat());
    assert_eq!(run(&[]).status.code(), Some(9));
    assert_eq!(run(&["-s", "5M"]).status.code(), Some(9));
    let output = run(&["-v", "--stack-size", "3M"]);
    assert_eq!(output.status.signal(), Some(11));
    // What it died of is said for -v.
    assert!(String::from_utf8_lossy(&output.stderr).contains("SIGSEGV"));
    assert_eq!(run(&["-s", "1"]).status.code(), Some(2));
}

/// Every system call with wild pointers and a hundred thousand with random arguments, this time with
/// the tracer reading what they point to.
#[test]
fn the_tracer_bears_any_argument() {
    use std::os::unix::fs::PermissionsExt;
    let dir = directory("wild");
    // The program gives up root's rights and writes here.
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o777)).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guest/wild.c");
    let program = dir.join("program");
    let status = Command::new(COMPILER)
        .args(["-std=gnu11", "-O1", "-static", "-w", "-o"])
        .args([&program, &source])
        .status()
        .unwrap();
    assert!(status.success());
    let log = dir.join("log");
    let option = format!("syscalls,memory={}", log.display());
    let output = skink(&dir, &["run", "-l", &option, program.to_str().unwrap()]);
    let expected = std::fs::read_to_string(source.with_extension("expected")).unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert!(output.stderr.is_empty() && output.status.success());
    assert!(std::fs::read(log).unwrap().iter().filter(|&&b| b == b'\n').count() > 100_000);
}

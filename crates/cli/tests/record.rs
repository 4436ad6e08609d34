//! Recordings: made in one directory, replayed in another when everything else is gone.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const SKINK: &str = env!("CARGO_BIN_EXE_skink");
/// Where the cross compiler has its C library.
const SYSROOT: &str = "/usr/arm-linux-gnueabihf";

/// Input from a pipe, a clock, memory that comes and goes, a signal with a handler, a file that is read through a
/// mapping, and in the end what the argument says: a crash, a second thread, an endless loop, an exit.
const SOURCE: &str = r#"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int total, caught, reached;
static long began;

static void handler(int number)
{
    caught = number;
}

static int add(int by)
{
    total += by;
    return total;
}

static void *worker(void *argument)
{
    total += 1000;
    return argument;
}

int main(int argc, char **argv)
{
    char line[64];
    struct timespec now;
    pthread_t thread;
    clock_gettime(CLOCK_REALTIME, &now);
    began = now.tv_nsec;
    signal(SIGUSR1, handler);
    while (fgets(line, sizeof line, stdin))
        add(atoi(line));
    raise(SIGUSR1);
    int fd = open(argv[2], O_RDONLY);
    char *text = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    add(text[0]);
    munmap(text, 4096);
    printf("total %d\n", total);
    fflush(stdout);
    reached = 1;
    switch (argv[1][0]) {
    case 'c':
        *(volatile int *)8 = total;
        break;
    case 't':
        pthread_create(&thread, 0, worker, 0);
        pthread_join(thread, 0);
        break;
    case 'l':
        for (;;)
            reached++;
    }
    return total & 0x3f;
}
"#;

/// Prints by several calls and descriptors, in a signal's handler as well; some of it goes elsewhere, some nowhere.
const PRINTS: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

static char *volatile nowhere = (char *)8;

static void here(void)
{
    __asm__ volatile("");
}

static void handler(int number)
{
    write(1, "caught\n", 7);
}

int main(void)
{
    struct iovec parts[] = { { "two", 3 }, { "", 0 }, { " parts\n", 7 } };
    signal(SIGUSR1, handler);
    write(1, "one\n", 4);
    writev(1, parts, 3);
    write(2, "an error\n", 9);
    here();
    int kept = dup(1), moved = fcntl(1, F_DUPFD, 20);
    dup2(open("/dev/null", O_WRONLY), 1);
    write(1, "hidden\n", 7);
    write(kept, "three\n", 6);
    dup2(moved, 1);
    close(kept);
    write(kept, "to nobody\n", 10);
    write(1, nowhere, 5);
    raise(SIGUSR1);
    write(1, "four\n", 5);
    return 0;
}
"#;

/// A directory of the test's own, empty.
fn directory(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("record").join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// The program with a sysroot of its own, if it wants one, and the file that it maps.
struct Made {
    dir: PathBuf,
    recording: PathBuf,
}

impl Made {
    fn new(name: &str, dynamic: bool) -> Made {
        Made::of(SOURCE, name, dynamic)
    }

    fn of(source: &str, name: &str, dynamic: bool) -> Made {
        let (dir, elsewhere) = (directory(name), directory(&format!("{name}-kept")));
        std::fs::write(dir.join("program.c"), source).unwrap();
        std::fs::write(dir.join("data"), "A file.\n").unwrap();
        let mut compiler = Command::new("arm-linux-gnueabihf-gcc");
        compiler.args(["-g", "-O0", "-marm", "-pthread", "-o", "program", "program.c"]).current_dir(&dir);
        if !dynamic {
            compiler.arg("-static");
        }
        assert!(compiler.status().expect("Debian: gcc-arm-linux-gnueabihf").success());
        if dynamic {
            std::fs::create_dir_all(dir.join("root/lib")).unwrap();
            for library in ["ld-linux-armhf.so.3", "libc.so.6"] {
                std::fs::copy(
                    Path::new(SYSROOT).join("lib").join(library),
                    dir.join("root/lib").join(library),
                )
                .unwrap();
            }
        }
        Made { recording: elsewhere.join("run.skink"), dir }
    }

    fn command(&self, what: &str, options: &[&str]) -> Command {
        let mut command = Command::new(SKINK);
        command.current_dir(&self.dir).args(["run", "-L", "root", "--record"]).arg(&self.recording);
        command.args(options).args(["./program", what, "data"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs and records, with input from a pipe.
    fn record(&self, what: &str, options: &[&str]) -> Output {
        let mut child = self.command(what, options).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"1\n2\n34\n").unwrap();
        child.wait_with_output().unwrap()
    }

    /// Nothing is left but the recording.
    fn replay(self, commands: &[&str]) -> String {
        std::fs::remove_dir_all(&self.dir).unwrap();
        let said = debug(&self.recording, commands);
        assert_eq!(debug(&self.recording, commands), said, "the second time");
        said
    }
}

/// What a debugger says of a recording.
fn debug(recording: &Path, commands: &[&str]) -> String {
    let mut command = Command::new(SKINK);
    command.current_dir("/").args(["debug", "--batch"]).stdin(Stdio::null());
    for line in commands {
        command.args(["-ex", line]);
    }
    let output = command.arg("--replay").arg(recording).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What it says on standard output and error, apart.
fn apart(recording: &Path, commands: &[&str]) -> [String; 2] {
    let mut command = Command::new(SKINK);
    command.args(["debug", "--batch"]).stdin(Stdio::null());
    command.args(commands.iter().flat_map(|line| ["-ex", line]));
    let output = command.arg("--replay").arg(recording).output().unwrap();
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn what_the_program_printed_is_printed_where_it_is_first_come_by() {
    let made = Made::of(PRINTS, "prints", false);
    let mut child = made.command("", &[]).spawn().unwrap();
    drop(child.stdin.take());
    // The program itself, as it was run.
    let ran = child.wait_with_output().unwrap();
    let printed = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(printed, "one\ntwo parts\nthree\ncaught\nfour\n");
    assert_eq!(ran.stderr, b"an error\n");
    let only = |said: &str| {
        let known = |line: &&str| printed.lines().any(|other| other == *line) || *line == "hidden";
        said.lines().filter(known).map(|line| format!("{line}\n")).collect::<String>()
    };
    let recording = made.recording.clone();
    std::fs::remove_dir_all(&made.dir).unwrap();
    // There, back, and there again; by steps, and by leaps.
    let run = ["handle SIGUSR1 nostop", "break here", "continue", "continue"];
    let back = ["reverse-continue", "reverse-continue", "continue", "continue"];
    let [out, err] = apart(&recording, &[&run[..], &back].concat());
    assert_eq!(only(&out), printed, "{out}");
    assert_eq!(err, "an error\n");
    expect(
        &out,
        &["Continuing.\none\ntwo parts\n\nBreakpoint 1, ", "Continuing.\nthree\n", "four\n", "ends here"],
    );
    let leaps = ["handle SIGUSR1 nostop", "stepi 300", "goto 5", "stepi 300", "stepi 10000000"];
    let [out, err] = apart(&recording, &leaps);
    assert_eq!((only(&out), err.as_str()), (printed.clone(), "an error\n"), "{out}");
    let [out, err] = apart(&recording, &["break here", "continue", "goto 5", "stepi 100"]);
    assert_eq!((only(&out).as_str(), err.as_str()), ("one\ntwo parts\n", "an error\n"), "{out}");
}

/// Every text has to come, in this order.
fn expect(said: &str, wanted: &[&str]) {
    let mut rest = said;
    for text in wanted {
        match rest.find(text) {
            Some(at) => rest = &rest[at + text.len()..],
            None => panic!("expected {text:?} next, found:\n{rest}\nin:\n{said}"),
        }
    }
}

/// Forwards to the crash, back to the writes, through the signal handler.
fn looked_at(made: Made) {
    let said = made.replay(&[
        "info position",
        "break add",
        "continue",
        "backtrace",
        "print total",
        "delete",
        "continue",
        "watch caught",
        "continue",
        "info state",
        "delete",
        "continue",
        "print total",
        "x/i $pc",
        "list 53,53",
        "watch total",
        "reverse-continue",
        "up",
        "print text[0]",
        "reverse-continue",
        "reverse-continue",
        "print total",
        "reverse-finish",
        "goto 1000000000",
    ]);
    let wanted = [
        "Instruction 0 of a recording that goes from 0 to ",
        "Breakpoint 1, ",
        "add (by=1)",
        "#1 ",
        "main (argc=3",
        "$1 = 0",
        "Program received signal SIGUSR1, User defined signal 1.",
        "Hardware watchpoint 2: caught",
        "Old value = 0",
        "New value = 10",
        "handler (number=10)",
        "The recording ends here: the program was terminated by signal SIGSEGV, Segmentation fault.",
        "main (argc=3",
        "$2 = 102",
        "str",
        "*(volatile int *)8 = total;",
        "Old value = 102",
        "New value = 37",
        "65 'A'",
        "Old value = 37",
        "New value = 3",
        "Old value = 3",
        "New value = 1",
        "= 1\n",
        "Run back to call of",
        "The recording ends at instruction ",
    ];
    expect(&said, &wanted);
}

#[test]
fn a_static_program_that_crashes() {
    let made = Made::new("static", false);
    let output = made.record("c", &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "total 102\n");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(11));
    looked_at(made);
}

#[test]
fn a_dynamic_program_by_every_engine() {
    for engine in ["auto", "jit", "interp"] {
        let made = Made::new(&format!("dynamic-{engine}"), true);
        let output = made.record("c", &["--engine", engine]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "total 102\n");
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(11));
        looked_at(made);
    }
}

#[test]
fn a_program_that_exits_keeps_its_status() {
    let made = Made::new("exits", false);
    let output = made.record("e", &[]);
    assert_eq!(output.status.code(), Some(102 & 0x3f), "{}", String::from_utf8_lossy(&output.stderr));
    let said = made.replay(&["handle SIGUSR1 nostop", "continue", "info position"]);
    expect(&said, &["The recording ends here: the program exited with code 46.", "Instruction "]);
}

#[test]
fn of_threads_all_before_the_second_is_kept() {
    let made = Made::new("threads", true);
    let output = made.record("t", &[]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        complaint.contains("the recording ends here") && complaint.contains("shares the program's memory")
    );
    assert_eq!(output.status.code(), Some(1102 & 0x3f), "{complaint}");
    let said = made.replay(&[
        "handle SIGUSR1 nostop",
        "continue",
        "print total",
        "break add if by == 34",
        "reverse-continue",
    ]);
    expect(&said, &["The recording ends here.", "shares the program's memory", "= 102", "add (by=34)"]);
}

#[test]
fn what_was_before_a_kill_is_there() {
    let made = Made::new("killed", false);
    let mut child = made.command("l", &[]).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"1\n2\n34\n").unwrap();
    // The loop is a while under way.
    let mut line = [0; 10];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
    assert_eq!(&line, b"total 102\n");
    std::thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    let said = made.replay(&[
        "handle SIGUSR1 nostop",
        "continue",
        "print reached > 1000",
        "break add",
        "reverse-continue",
        "reverse-continue 3",
        "continue 2",
    ]);
    expect(
        &said,
        &["The recording ends here: it was cut off", "= 1\n", "add (by=65)", "add (by=1)", "add (by=34)"],
    );
}

#[test]
fn files_that_are_no_recordings_are_refused() {
    let made = Made::new("damaged", false);
    made.record("c", &[]);
    let whole = std::fs::read(&made.recording).unwrap();
    let path = made.recording.clone();
    let said_of = |bytes: &[u8], commands: &[&str]| {
        std::fs::write(&path, bytes).unwrap();
        debug(&path, commands)
    };
    assert!(said_of(b"", &[]).contains("it is no recording"));
    assert!(said_of(b"\x7fELF and more than that", &[]).contains("it is no recording"));
    assert!(said_of(&whole[..18], &[]).contains("ends before its version"));
    let mut other = whole.clone();
    other[16] = 9;
    assert!(said_of(&other, &[]).contains("version 9, and this skink reads version 2"));
    // Every truncation says so, and is good up to there.
    let ends = |said: &str| -> Option<u64> {
        let (_, rest) = said.split_once("of a recording that goes from 0 to ")?;
        rest.split_once('.')?.0.parse().ok()
    };
    let all = ends(&said_of(&whole, &["info position"])).expect("how far it goes");
    let (mut refused, mut furthest) = (0, 0);
    // Most of the file is the state at the start; the program's way is in the last bytes.
    let near_the_end = (whole.len() - 4000..whole.len()).step_by(160);
    for length in (20..whole.len()).step_by(whole.len() / 12).chain(near_the_end) {
        let commands = ["info position", "handle SIGUSR1 nostop", "continue", "info position"];
        let said = said_of(&whole[..length], &commands);
        if said.contains("ends before the program's first instruction") {
            refused += 1;
            assert_eq!(furthest, 0, "{length}: {said}");
            continue;
        }
        let end = ends(&said).unwrap_or_else(|| panic!("{length}: {said}"));
        assert!(said.contains("it was cut off"), "{length}: {said}");
        assert!(
            said.contains(&format!("Instruction {end} of a recording that goes from 0 to {end}.")),
            "{said}"
        );
        assert!((furthest..=all).contains(&end), "{length}: {said}");
        furthest = end;
    }
    assert!(refused > 0 && furthest > all / 2, "{refused} refused, {furthest} of {all}");
    // Every changed byte behind the head is noticed.
    for at in (20..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        let said = said_of(&bytes, &["info position"]);
        assert!(said.contains("it is damaged"), "byte {at}: {said}");
    }
    let missing = debug(Path::new("/nonexistent/recording"), &[]);
    assert!(missing.contains("No such file"), "{missing}");
}

#[test]
fn a_program_that_cannot_be_recorded_does_not_run() {
    let made = Made { recording: "/dev/full".into(), ..Made::new("full", false) };
    let output = made.record("c", &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/dev/full: No space left on device"), "{said}");
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{said}");
}

#[test]
fn a_recording_is_not_checked() {
    let made = Made::new("checked", false);
    made.record("e", &[]);
    let said = made.replay(&["check on", "info checks", "check off"]);
    assert!(said.contains("A recording is not checked"), "{said}");
    assert!(said.contains("\npreserved  n"), "{said}");
}

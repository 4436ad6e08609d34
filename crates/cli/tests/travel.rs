//! Whole states of the past are those that were seen on the way: registers, and all that can be read of memory.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Enough of a program: system calls with results from outside, mappings that come and go, signals, floating point.
const SOURCE: &str = r#"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned alarms, state = 1, rounds;
static unsigned char noise[64];
static double sum;

static void tick(int signal) { alarms += state; }

int main(void)
{
    struct itimerval every = {{0, 3000}, {0, 3000}};
    signal(SIGALRM, tick);
    setitimer(ITIMER_REAL, &every, 0);
    for (int round = 0; round < 40; round++) {
        struct timespec now;
        rounds = round;
        clock_gettime(CLOCK_REALTIME, &now);
        int fd = open("/dev/urandom", O_RDONLY);
        state += read(fd, noise, sizeof noise) + noise[round] + now.tv_nsec;
        close(fd);
        char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memset(page + 4000, noise[1], 200);
        mprotect(page, 4096, PROT_READ);
        for (int i = 0; i < 20000; i++) {
            state ^= state << 13, state ^= state >> 17, state ^= state << 5;
            sum += state / 3.0;
            page[4096 + (state & 4095)] ^= state;
        }
        if (round % 3)
            munmap(page, 8192);
    }
    every.it_interval.tv_usec = every.it_value.tv_usec = 0;
    setitimer(ITIMER_REAL, &every, 0);
    return 0;
}
"#;

fn program() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("travel");
    std::fs::create_dir_all(&dir).unwrap();
    let (source, program) = (dir.join("travel.c"), dir.join("travel"));
    std::fs::write(&source, SOURCE).unwrap();
    let mut compiler = Command::new("arm-linux-gnueabihf-gcc");
    let status = compiler.args(["-g", "-O1", "-static", "-o"]).args([&program, &source]).status();
    assert!(status.expect("Debian: gcc-arm-linux-gnueabihf").success());
    program
}

struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Session {
    fn of(program: &Path) -> Session {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skink"));
        command.arg("debug").arg(program).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Session { child, input, output: BufReader::new(output) }
    }

    fn does(&mut self, command: &str) -> String {
        write!(self.input, "{command}\necho ~~~\\n\n").unwrap();
        let mut text = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "{command}: it has ended after {text}");
            if line == "~~~\n" {
                return text;
            }
            text += &line;
        }
    }

    /// All registers in all views, and sums over every register and over all that is mapped and all that can be read.
    fn state(&mut self) -> [String; 2] {
        ["info state", "info all-registers"].map(|command| self.does(command))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The part of `info state` that is about memory.
fn memory_of(sums: &str) -> &str {
    sums.split_once("memory ").expect("a sum over memory").1
}

#[test]
fn the_past_is_as_it_was() {
    let mut session = Session::of(&program());
    session.does("handle SIGALRM nostop noprint pass");
    let mut random = 88_172_645_463_325_252u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let (mut seen, mut at) = (BTreeMap::new(), 0);
    while at < 6_000_000 {
        at += 1 + next(500_000);
        session.does(&format!("goto {at}"));
        let state = session.state();
        assert!(state[0].starts_with("Registers ") && state[1].contains("q15 "), "{state:?}");
        seen.insert(at, state);
    }
    // What stands for a state tells states apart.
    let sums: std::collections::BTreeSet<&str> = seen.values().map(|[sums, _]| memory_of(sums)).collect();
    assert!(sums.len() + 1 >= seen.len(), "{} of {} states have memory of their own", sums.len(), seen.len());
    let places: Vec<u64> = seen.keys().copied().collect();
    let present = *places.last().unwrap();
    for _ in 0..60 {
        let place = places[next(places.len() as u64) as usize];
        let said = session.does(&format!("goto {place}"));
        assert!(session.does("info position").starts_with(&format!("Instruction {place} ")), "{said}");
        assert_eq!(session.state(), seen[&place], "instruction {place}; {said}");
        // A few steps there and back lead to the same.
        let steps = 2 + next(50);
        if place + steps < present {
            session.does(&format!("stepi {steps}"));
            session.does(&format!("reverse-stepi {steps}"));
            assert_eq!(session.state(), seen[&place], "instruction {place} and {steps} steps");
        }
    }
    session.does(&format!("goto {present}"));
    assert_eq!(session.state(), seen[&present]);
    let position = session.does("info position");
    assert!(position.contains("(the present);"), "{position}");
}

/// What is watched on the way through the past is guarded by the host and not looked at all the time; in the present
/// each access is. Both must see the same writes.
#[test]
fn writes_are_found_where_they_were_seen() {
    let mut session = Session::of(&program());
    session.does("handle SIGALRM nostop noprint pass");
    session.does("break main");
    session.does("run");
    for variable in ["rounds", "alarms", "noise"] {
        session.does("delete");
        session.does(&format!("awatch {variable}"));
        let mut seen = Vec::new();
        for _ in 0..25 {
            let said = session.does("continue");
            assert!(said.contains("watchpoint"), "{variable}: {said}");
            seen.push((position(&mut session), values(&said)));
        }
        session.does("delete");
        session.does("stepi");
        session.does(&format!("awatch {variable}"));
        for (at, values_then) in seen.iter().rev() {
            let said = session.does("reverse-continue");
            // It stands before the access, and old and new change places.
            assert!(said.contains("watchpoint"), "{variable}: {said}");
            assert_eq!(position(&mut session) + 1, *at, "{variable}: {said}");
            let (old, new) = values_then;
            assert_eq!(values(&said), (new.clone(), old.clone()), "{variable}: {said}");
        }
        session.does("goto 0");
        for (at, values_then) in &seen {
            let mut said = session.does("continue");
            while position(&mut session) < seen[0].0 {
                said = session.does("continue");
            }
            assert_eq!((position(&mut session), &values(&said)), (*at, values_then), "{variable}: {said}");
        }
        session.does("delete");
        session.does("continue");
    }
}

fn position(session: &mut Session) -> u64 {
    let said = session.does("info position");
    let number = said.strip_prefix("Instruction ").and_then(|rest| rest.split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

/// The old and the new value; of a read the value twice.
fn values(said: &str) -> (String, String) {
    let of = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let value = of("Value = ");
    (
        of("Old value = ").or(value.clone()).unwrap_or_default(),
        of("New value = ").or(value).unwrap_or_default(),
    )
}

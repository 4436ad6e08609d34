//! Programs built by the cross compiler, and what gdb says of them while qemu-arm runs them.

#![allow(dead_code)]

pub(crate) mod steps;

use skink_debuginfo::ReadMemory;
use skink_machine::{Access, Cpu, Fault, FaultKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) const COMPILER: &str = "arm-linux-gnueabihf-gcc";

/// A directory of this test's own.
pub(crate) fn directory(test: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a directory for the test");
    dir
}

/// Builds sources of `tests/guest` by a compiler of the cross toolchain.
pub(crate) fn build_by(compiler: &str, dir: &Path, source: &str, flags: &[&str]) -> PathBuf {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
    let program =
        dir.join(format!("{}-{}", source.replace(['.', '/'], "-"), flags.join("").replace(['/', ' '], "")));
    let output = Command::new(compiler)
        .current_dir(guest)
        .args(flags)
        .arg(source)
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap_or_else(|e| panic!("{compiler}: {e}; `cargo xtask setup` installs it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

pub(crate) fn build(dir: &Path, source: &str, flags: &[&str]) -> PathBuf {
    build_by(COMPILER, dir, source, flags)
}

/// A copy without what `flags` of strip say.
pub(crate) fn strip(program: &Path, flags: &[&str]) -> PathBuf {
    let stripped = program.with_extension("stripped");
    let status = Command::new("arm-linux-gnueabihf-strip")
        .args(flags)
        .arg("-o")
        .args([&stripped, program])
        .status()
        .expect("strip of the cross toolchain");
    assert!(status.success());
    stripped
}

/// A stop of the program under gdb.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stop {
    pub(crate) cpu: Cpu,
    pub(crate) memory: Vec<(u32, Vec<u8>)>,
    pub(crate) frames: Vec<GdbFrame>,
    /// Expressions and what gdb prints for them.
    pub(crate) printed: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GdbFrame {
    pub(crate) pc: u32,
    pub(crate) sp: u32,
    pub(crate) name: String,
    pub(crate) line: u32,
}

/// What to ask gdb.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) breaks: &'a str,
    /// How often to go on.
    pub(crate) times: u32,
    /// Instructions to step each time.
    pub(crate) steps: u32,
    pub(crate) print: &'a [&'a str],
    /// Objects whose memory is wanted besides the stack's.
    pub(crate) memory: &'a str,
}

/// Runs a program under qemu-arm and gdb.
pub(crate) fn ask(program: &Path, ask: Ask<'_>) -> Vec<Stop> {
    // Not beside the program: a socket's path has 107 bytes at the most (unix(7)).
    let dir = tempfile::tempdir().expect("the temporary directory is writable");
    let socket = dir.path().join("socket");
    // The same stack wherever the test runs: what lies on it is what gdb takes for frames when it is lost.
    let mut qemu = Command::new("qemu-arm")
        .args(["-seed", "1", "-0", "program", "-g"])
        .arg(&socket)
        .arg(program)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("qemu-arm (Debian: qemu-user)");
    for _ in 0..500 {
        if socket.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/oracle.py");
    let output = Command::new("gdb-multiarch")
        .args(["-nx", "-batch", "-x"])
        .arg(script)
        .arg(program)
        .stdin(Stdio::null())
        .env("ORACLE_TARGET", &socket)
        .env("ORACLE_BREAK", ask.breaks)
        .env("ORACLE_GOES_ON", ask.times.to_string())
        .env("ORACLE_STEPS", ask.steps.to_string())
        .env("ORACLE_PRINT", ask.print.join("\n"))
        .env("ORACLE_MEMORY", ask.memory)
        .output()
        .expect("gdb-multiarch");
    let _ = qemu.kill();
    let _ = qemu.wait();
    let text = String::from_utf8_lossy(&output.stdout);
    let stops = parse(&text);
    assert!(!stops.is_empty(), "gdb did not stop:\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    stops
}

fn parse(text: &str) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        if kind == "STOP" {
            stops.push(Stop::default());
            continue;
        }
        let Some(stop) = stops.last_mut() else { continue };
        let hex = |word: &str| u64::from_str_radix(word, 16).expect("a hexadecimal number");
        match kind {
            "R" => {
                let words: Vec<u32> = rest.split(' ').map(|word| hex(word) as u32).collect();
                stop.cpu.r.copy_from_slice(&words[..16]);
                stop.cpu.set_cpsr(words[16]);
            }
            "D" => {
                for (d, word) in stop.cpu.d.0.iter_mut().zip(rest.split(' ')) {
                    *d = hex(word);
                }
            }
            "M" => {
                let (at, bytes) = rest.split_once(' ').expect("address and bytes");
                let bytes = bytes.as_bytes().chunks(2).map(|pair| {
                    u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("a byte")
                });
                stop.memory.push((hex(at) as u32, bytes.collect()));
            }
            "F" => {
                let words: Vec<&str> = rest.split(' ').collect();
                stop.frames.push(GdbFrame {
                    pc: hex(words[0]) as u32,
                    sp: hex(words[1]) as u32,
                    name: words[2..words.len() - 1].join(" "),
                    line: words[words.len() - 1].parse().expect("a line"),
                });
            }
            "P" => {
                let (expression, value) = rest.split_once('\t').expect("an expression and its value");
                stop.printed.push((expression.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    stops
}

/// A stop's memory above the bytes of the file.
pub(crate) struct Snapshot {
    parts: Vec<(u32, Vec<u8>)>,
}

impl Snapshot {
    pub(crate) fn of(program: &Path, stop: &Stop) -> Snapshot {
        use object::{Object, ObjectSegment};
        let bytes = std::fs::read(program).expect("the program");
        let file = object::File::parse(&*bytes).expect("an ELF file");
        let segments = file.segments().map(|segment| {
            let mut data = segment.data().expect("the bytes of a segment").to_vec();
            data.resize(segment.size() as usize, 0);
            (segment.address() as u32, data)
        });
        Snapshot { parts: stop.memory.iter().cloned().chain(segments).collect() }
    }
}

impl ReadMemory for Snapshot {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        for (at, byte) in buf.iter_mut().enumerate() {
            let addr = addr.wrapping_add(at as u32);
            let found =
                self.parts.iter().find_map(|(start, bytes)| bytes.get(addr.checked_sub(*start)? as usize));
            *byte = *found.ok_or(Fault { addr, access: Access::Read, kind: FaultKind::Unmapped })?;
        }
        Ok(())
    }
}

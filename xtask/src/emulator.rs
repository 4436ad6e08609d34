//! An ARM emulator as the tests see it, and running a program under it without ever hanging.
//!
//! The oracle is Debian's qemu-arm. It passes execve on to the host's kernel, which cannot run ARM programs
//! unless binfmt_misc is set up; so its PATH holds a host shell script for every program of the tree that
//! calls qemu-arm again. For skink, which runs ARM programs itself on execve, the same names are links to the
//! programs. Both see their directory by the same path, so that PATH and argv are the same text.

use crate::util::{self, Outcome, at};
use std::fs;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Either emulator.
#[derive(Clone, Debug)]
pub(crate) struct Emulator {
    /// Name for reports.
    pub(crate) name: String,
    path: PathBuf,
    is_qemu: bool,
    /// Options of `skink run`.
    options: Vec<String>,
}

impl Emulator {
    /// Debian's qemu-arm.
    pub(crate) fn oracle() -> Outcome<Emulator> {
        let path = util::find_program("qemu-arm")
            .ok_or("expected qemu-arm on PATH, found none; `cargo xtask setup` installs it")?;
        Ok(Emulator { name: "qemu-arm".into(), path, is_qemu: true, options: Vec::new() })
    }

    /// The emulator under test: skink's release build, or what `--emulator` names.
    pub(crate) fn subject(chosen: Option<&str>) -> Outcome<Emulator> {
        let path = match chosen {
            None => util::skink(),
            Some(name) if name.contains('/') => PathBuf::from(name),
            Some(name) => util::find_program(name).ok_or_else(|| format!("found no {name} on PATH"))?,
        };
        if !util::is_executable(&path) {
            return Err(format!("expected an emulator at {}, found none; build it first", path.display()));
        }
        let path = at(&path, path.canonicalize())?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_qemu = name.starts_with("qemu-arm");
        Ok(Emulator { name, path, is_qemu, options: Vec::new() })
    }

    /// The same with further options of `skink run`.
    pub(crate) fn with_options(mut self, options: &[&str]) -> Emulator {
        self.options.extend(options.iter().map(|&option| option.to_owned()));
        self
    }

    /// The same with another `--engine`.
    pub(crate) fn with_engine(self, engine: Option<String>) -> Emulator {
        match engine {
            Some(engine) => self.with_options(&[&format!("--engine={engine}")]),
            None => self,
        }
    }

    /// Its file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this is qemu-arm, whose known deviations from the kernel are no failures.
    pub(crate) fn is_qemu(&self) -> bool {
        self.is_qemu
    }

    /// The words in front of an ARM program and its arguments.
    pub(crate) fn prefix(&self, sysroot: Option<&Path>) -> Vec<String> {
        let mut words = vec![self.path.display().to_string()];
        if !self.is_qemu {
            words.push("run".into());
            words.extend(self.options.iter().cloned());
        }
        if let Some(sysroot) = sysroot {
            words.extend(["-L".into(), sysroot.display().to_string()]);
        }
        words
    }

    /// Fills `dir` with every program of the tree, as this emulator can execute it.
    pub(crate) fn make_bin(&self, dir: &Path, sysroot: &Path) -> Outcome {
        if dir.exists() {
            at(dir, fs::remove_dir_all(dir))?;
        }
        at(dir, fs::create_dir_all(dir))?;
        // The compiler's own programs come first of all: `gcc -B` is told to find them here.
        for from in [gcc_programs(sysroot)?, sysroot.join("usr/bin"), sysroot.join("usr/sbin")] {
            for entry in at(&from, fs::read_dir(&from))? {
                let program = at(&from, entry)?.path();
                let Some(name) = program.file_name() else { continue };
                let link = dir.join(name);
                if link.symlink_metadata().is_err() && util::is_executable(&program) {
                    self.make_entry(&link, &program, sysroot)?;
                }
            }
        }
        // For programs that a test has compiled itself: `armrun ./a.out`.
        let prefix = if self.is_qemu { self.prefix(Some(sysroot)).join(" ") } else { String::new() };
        write_script(&dir.join("armrun"), &format!("#!/bin/sh\nexec {prefix} \"$@\"\n"))
    }

    fn make_entry(&self, link: &Path, program: &Path, sysroot: &Path) -> Outcome {
        if !self.is_qemu {
            return at(link, symlink(program, link));
        }
        let prefix = self.prefix(Some(sysroot)).join(" ");
        let name = link.file_name().unwrap_or_default().to_string_lossy();
        let program = program.display();
        // A script of the tree: its interpreter must be the tree's too, not the host's.
        let script = match interpreter(Path::new(&program.to_string()))? {
            Some(words) => {
                let mut words = words.split_whitespace();
                let path = words.next().unwrap_or("/bin/sh").trim_start_matches('/');
                let rest: Vec<&str> = words.collect();
                format!("{} {} {program}", sysroot.join(path).display(), rest.join(" "))
            }
            None => format!("-0 {name} {program}"),
        };
        write_script(link, &format!("#!/bin/sh\nexec {prefix} {script} \"$@\"\n"))
    }
}

fn write_script(path: &Path, text: &str) -> Outcome {
    at(path, fs::write(path, text))?;
    at(path, fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
}

/// The interpreter line of a script, without `#!`; none if the file is a binary.
fn interpreter(program: &Path) -> Outcome<Option<String>> {
    let mut head = [0; 128];
    let mut file = at(program, fs::File::open(program))?;
    let len = at(program, file.read(&mut head))?;
    let text = String::from_utf8_lossy(&head[..len]);
    Ok(text.strip_prefix("#!").and_then(|rest| rest.lines().next()).map(|line| line.trim().to_owned()))
}

/// Where cc1 and collect2 are: /usr/lib/gcc/arm-linux-gnueabihf/VERSION.
fn gcc_programs(sysroot: &Path) -> Outcome<PathBuf> {
    let dir = sysroot.join("usr/lib/gcc/arm-linux-gnueabihf");
    let found = at(&dir, fs::read_dir(&dir))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.join("cc1").exists());
    found.ok_or_else(|| format!("expected VERSION/cc1 under {}, found none", dir.display()))
}

/// How a program ended and what it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    /// `exit 0`, `signal 11` or `timeout`.
    pub(crate) status: String,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) time: Duration,
}

/// Runs a command in a session of its own, with files for its standard streams (a descendant that holds a pipe
/// open cannot stall us), and kills the whole session at the end: a program that outlives its limit, and
/// background processes that it leaves.
pub(crate) fn run_limited(
    words: &[String],
    setup: impl FnOnce(&mut Command),
    scratch: &Path,
    limit: Duration,
) -> Outcome<Ran> {
    let (out, err, input) = (scratch.join("stdout"), scratch.join("stderr"), scratch.join("stdin"));
    // No core files: each crash test would leave one. The host's setsid by its path, since PATH is the guest's.
    let setsid =
        util::find_program("setsid").ok_or("found no setsid on PATH; `cargo xtask setup` installs it")?;
    // Whoever started us may have had signals ignored, as nohup does SIGHUP.
    let env = util::find_program("env").ok_or("found no env on PATH; it is one of coreutils")?;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -c 0; exec \"$@\"", "sh"]).arg(setsid);
    command.arg(env).arg("--default-signal").args(words);
    setup(&mut command);
    let input = if input.exists() { Stdio::from(at(&input, fs::File::open(&input))?) } else { Stdio::null() };
    command.stdin(input).stdout(at(&out, fs::File::create(&out))?).stderr(at(&err, fs::File::create(&err))?);
    let start = Instant::now();
    let mut child =
        command.spawn().map_err(|err| format!("cannot start `{}`: {err}", util::show(&command)))?;
    let mut pause = Duration::from_micros(500);
    let status = loop {
        if let Some(status) = at(&out, child.try_wait())? {
            break Some(status);
        }
        if start.elapsed() > limit {
            break None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    };
    let time = start.elapsed();
    kill_session(child.id());
    if status.is_none() {
        // The child is dead or dying; reap it.
        at(&out, child.wait())?;
    }
    let read = |path: &Path| at(path, fs::read(path));
    Ok(Ran { status: describe(status), stdout: read(&out)?, stderr: read(&err)?, time })
}

pub(crate) fn describe(status: Option<ExitStatus>) -> String {
    match status {
        None => "timeout".into(),
        Some(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit {code}"),
            (None, signal) => format!("signal {}", signal.unwrap_or(0)),
        },
    }
}

/// Kills every process of the session. By /proc, since job control gives each job a process group of its own.
pub(crate) fn kill_session(session: u32) {
    for _ in 0..3 {
        let mut members = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            // pid (comm) state ppid pgrp session ...; comm may hold blanks and parentheses (man 5 proc).
            let Some((_, fields)) = stat.rsplit_once(')') else { continue };
            let fields: Vec<&str> = fields.split_whitespace().collect();
            if fields.first() != Some(&"Z") && fields.get(3) == Some(&session.to_string().as_str()) {
                members.push(name);
            }
        }
        if members.is_empty() {
            return;
        }
        let kill = Command::new("/bin/sh")
            .args(["-c", "kill -KILL \"$@\"", "sh"])
            .args(&members)
            .stderr(Stdio::null())
            .status();
        if kill.is_err() {
            return;
        }
    }
}

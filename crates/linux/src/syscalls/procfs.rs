//! The guest's view of /proc: files that would show skink or the host's processor are made up on
//! the fly, in an anonymous file.

use super::{SysResult, memfile, smaps};
use crate::host::{self, Arg};
use crate::load::HWCAP;
use crate::thread::Thread;
use skink_machine::{Prot, Region};
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::Ordering;

/// The path with that of the directory it is relative to, where the file may be one that is made
/// up; the last name tells, so that other calls need not look up their directory.
pub(super) fn absolute(dir: u32, path: Vec<u8>) -> Vec<u8> {
    const NAMES: [&[u8]; 12] = [
        b"cpuinfo",
        b"maps",
        b"cmdline",
        b"environ",
        b"auxv",
        b"stat",
        b"exe",
        b"mem",
        b"smaps",
        b"smaps_rollup",
        b"status",
        b"statm",
    ];
    let last = path.rsplit(|&b| b == b'/').next().unwrap_or_default();
    if path.starts_with(b"/") || !NAMES.contains(&last) {
        return path;
    }
    let link = match dir as i32 {
        libc::AT_FDCWD => "/proc/thread-self/cwd".into(),
        fd => format!("/proc/thread-self/fd/{fd}"),
    };
    match std::fs::read_link(link) {
        Ok(at) if at.starts_with("/proc") => [at.as_os_str().as_bytes(), b"/", &path].concat(),
        _ => path,
    }
}

/// The name below /proc/self or one of its threads, if the path is about the calling process.
fn own_entry(path: &[u8]) -> Option<&[u8]> {
    let name = process_entry(path)?;
    let Some(task) = name.strip_prefix(b"task/") else { return Some(name) };
    let digits = task.iter().take_while(|b| b.is_ascii_digit()).count();
    let name = task[digits..].strip_prefix(b"/")?;
    // Of another thread's number the host knows nothing below this process.
    let directory = &path[..path.len() - name.len()];
    Path::new(OsStr::from_bytes(directory)).is_dir().then_some(name)
}

/// The name below /proc/self.
fn process_entry(path: &[u8]) -> Option<&[u8]> {
    let rest = path.strip_prefix(b"/proc/")?;
    if let Some(name) = rest.strip_prefix(b"self/").or_else(|| rest.strip_prefix(b"thread-self/")) {
        return Some(name);
    }
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let pid: u32 = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    let name = rest[digits..].strip_prefix(b"/")?;
    (pid == std::process::id()).then_some(name)
}

/// Whether the path is the link to the program.
pub(super) fn is_exe(path: &[u8]) -> bool {
    own_entry(path) == Some(b"exe")
}

/// Opens a file that is made up; `None` if it is not one of them.
pub(super) fn open(t: &Thread, path: &[u8], flags: u32) -> Option<SysResult> {
    if !path.starts_with(b"/proc/") {
        return None;
    }
    let image = &t.process.image;
    let regions = || t.memory().snapshot();
    let content = match (path, own_entry(path)) {
        (b"/proc/cpuinfo", _) => cpuinfo().into_bytes(),
        (_, Some(b"maps")) => maps(&regions()).into_bytes(),
        (_, Some(b"smaps")) => {
            let regions = regions();
            smaps::smaps(t.memory(), &regions, &maps(&regions)).into_bytes()
        }
        (_, Some(b"smaps_rollup")) => smaps::rollup(t.memory(), &regions()).into_bytes(),
        (_, Some(b"statm")) => smaps::statm(t.memory(), &regions()).into_bytes(),
        (_, Some(b"status")) => {
            let host = std::fs::read(OsStr::from_bytes(path)).ok()?;
            smaps::status(t.memory(), &regions(), threads(t), &String::from_utf8_lossy(&host)).into_bytes()
        }
        (_, Some(b"mem")) => return Some(memfile::open(t, super::fs::open_flags_to_host(flags))),
        (_, Some(b"cmdline")) => image.cmdline.clone(),
        (_, Some(b"environ")) => image.environ.clone(),
        (_, Some(b"auxv")) => image.auxv.clone(),
        (_, Some(b"stat")) => stat(t, path)?,
        (_, Some(b"exe")) => return Some(open_exe(t, flags)),
        _ => return None,
    };
    // Writing is for the host to refuse.
    if flags & libc::O_ACCMODE as u32 != 0 {
        return None;
    }
    Some(made_up(&content, flags))
}

fn open_exe(t: &Thread, flags: u32) -> SysResult {
    let path = std::ffi::CString::new(t.process.image.exe.clone()).unwrap_or_default();
    let args =
        [libc::AT_FDCWD.into(), Arg::input(path.as_c_str()), super::fs::open_flags_to_host(flags).into()];
    Ok(host::blocking(libc::SYS_openat, &args)? as u32)
}

fn made_up(content: &[u8], flags: u32) -> SysResult {
    const MFD_CLOEXEC: i32 = 1;
    let cloexec = if flags & libc::O_CLOEXEC as u32 != 0 { MFD_CLOEXEC } else { 0 };
    let fd = host::call(libc::SYS_memfd_create, &[Arg::input(c"proc"), cloexec.into()])?;
    host::write_all(fd as i32, content);
    host::call(libc::SYS_lseek, &[Arg::int(fd), 0.into(), 0.into()])?;
    Ok(fd as u32)
}

/// The guest's threads; the host may have others.
fn threads(t: &Thread) -> u32 {
    t.process.threads.load(Ordering::Relaxed)
}

/// As fs/proc/task_mmu.c prints it.
fn maps(regions: &[Region]) -> String {
    let mut out = String::new();
    for region in regions {
        let bit = |flag, letter| if region.prot.contains(flag) { letter } else { '-' };
        let (major, minor) = (libc::major(region.file.0), libc::minor(region.file.0));
        let inode = if region.name.starts_with('[') { 0 } else { region.file.1 };
        let line = format!(
            "{:08x}-{:08x} {}{}{}{} {:08x} {major:02x}:{minor:02x} {inode} ",
            region.start,
            region.end,
            bit(Prot::READ, 'r'),
            bit(Prot::WRITE, 'w'),
            bit(Prot::EXEC, 'x'),
            if region.shared { 's' } else { 'p' },
            region.offset
        );
        // Names begin at column 49 of a 32-bit kernel's file.
        let _ = match region.name.as_ref() {
            "" => writeln!(out, "{line}"),
            name => writeln!(out, "{line:<49}{name}"),
        };
    }
    out
}

/// The host's, but with the guest's memory layout: fields 23 vsize, 26-28 startcode endcode
/// startstack, which are addresses, and its threads: field 20 (proc(5)).
fn stat(t: &Thread, path: &[u8]) -> Option<Vec<u8>> {
    let text = std::fs::read_to_string(OsStr::from_bytes(path)).ok()?;
    // The name, field 2, is in parentheses and may contain blanks.
    let (head, tail) = text.rsplit_once(") ")?;
    let mut fields: Vec<String> = tail.trim_end().split(' ').map(str::to_string).collect();
    let regions = t.memory().snapshot();
    let size: u64 = regions.iter().map(|r| r.end - r.start as u64).sum();
    let mut set = |number: usize, value: u64| {
        if let Some(field) = fields.get_mut(number - 3) {
            *field = value.to_string();
        }
    };
    set(20, threads(t).into());
    set(23, size);
    set(28, t.process.image.start_stack.into());
    for number in [26, 27, 29, 30, 45, 46, 47, 48, 49, 50, 51] {
        set(number, 0);
    }
    Some(format!("{head}) {}\n", fields.join(" ")).into_bytes())
}

/// A Cortex-A15 per host processor, as arch/arm/kernel/setup.c prints it.
fn cpuinfo() -> String {
    let names = [
        (0, "swp"),
        (1, "half"),
        (2, "thumb"),
        (4, "fastmult"),
        (6, "vfp"),
        (7, "edsp"),
        (12, "neon"),
        (13, "vfpv3"),
        (15, "tls"),
        (16, "vfpv4"),
        (17, "idiva"),
        (18, "idivt"),
        (19, "vfpd32"),
        (20, "lpae"),
        (21, "evtstrm"),
    ];
    let features: String =
        names.iter().filter(|(bit, _)| HWCAP >> bit & 1 != 0).map(|(_, n)| format!("{n} ")).collect();
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let mut out = String::new();
    for i in 0..count {
        let _ = write!(
            out,
            "processor\t: {i}\n\
             model name\t: ARMv7 Processor rev 4 (v7l)\n\
             BogoMIPS\t: 100.00\n\
             Features\t: {features}\n\
             CPU implementer\t: 0x41\n\
             CPU architecture: 7\n\
             CPU variant\t: 0x2\n\
             CPU part\t: 0xc0f\n\
             CPU revision\t: 4\n\n"
        );
    }
    out.push_str("Hardware\t: skink\nRevision\t: 0000\nSerial\t\t: 0000000000000000\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use skink_machine::Memory;

    #[test]
    fn own_entries_are_recognised() {
        let own = format!("/proc/{}/maps", std::process::id());
        assert_eq!(own_entry(own.as_bytes()), Some(&b"maps"[..]));
        assert_eq!(own_entry(b"/proc/self/exe"), Some(&b"exe"[..]));
        assert_eq!(own_entry(b"/proc/1/exe"), None);
        let task = format!("/proc/self/task/{}/auxv", host::gettid());
        assert_eq!(own_entry(task.as_bytes()), Some(&b"auxv"[..]));
        assert_eq!(own_entry(b"/proc/self/task/1/auxv"), None);
        assert_eq!(own_entry(b"/proc/cpuinfo"), None);
        assert_eq!(own_entry(b"/proc//maps"), None);
        assert!(is_exe(b"/proc/self/exe") && !is_exe(b"/proc/self/exec"));
    }

    #[test]
    fn a_map_line_looks_like_the_kernels() {
        let memory = Memory::new().unwrap();
        memory
            .map(&skink_machine::Mapping {
                addr: 0x1_0000,
                len: 0x2000,
                prot: Prot::RX,
                shared: false,
                backing: skink_machine::Backing::Anonymous,
                host_flags: 0,
                name: "[vectors]".into(),
            })
            .unwrap();
        assert_eq!(maps(&memory.snapshot()), "00010000-00012000 r-xp 00000000 00:00 0          [vectors]\n");
    }
}

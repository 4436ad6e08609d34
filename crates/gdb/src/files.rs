//! What gdb reads besides memory: files, target description, memory map, auxiliary vector.
//!
//! gdb may only read files: it wants the program and its libraries, and a debugger's port is no place to write from.

use crate::arch::description;
use crate::target::Debugged;
use gdbstub::common::Pid;
use gdbstub::target::TargetResult;
use gdbstub::target::ext::auxv::Auxv;
use gdbstub::target::ext::exec_file::ExecFile;
use gdbstub::target::ext::host_io::{
    FsKind, HostIo, HostIoClose, HostIoCloseOps, HostIoErrno, HostIoError, HostIoFstat, HostIoFstatOps,
    HostIoOpen, HostIoOpenFlags, HostIoOpenMode, HostIoOpenOps, HostIoPread, HostIoPreadOps, HostIoReadlink,
    HostIoReadlinkOps, HostIoResult, HostIoSetfs, HostIoSetfsOps, HostIoStat,
};
use gdbstub::target::ext::memory_map::MemoryMap;
use gdbstub::target::ext::target_description_xml_override::TargetDescriptionXmlOverride;
use skink_machine::{Memory, Prot, Region};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// More than any debugger has open.
const MOST_FILES: usize = 256;

/// Files that gdb has open.
#[derive(Debug, Default)]
pub(crate) struct Files {
    open: HashMap<u32, Open>,
    last: u32,
}

#[derive(Debug)]
enum Open {
    File(File),
    /// Made here.
    Text(Vec<u8>),
}

impl Files {
    /// A gdb that has gone closes nothing more.
    pub(crate) fn close_all(&mut self) {
        self.open.clear();
    }
}

/// The part of a whole that is asked for.
fn part(whole: &[u8], offset: u64, length: usize, buf: &mut [u8]) -> usize {
    let from = usize::try_from(offset).unwrap_or(usize::MAX).min(whole.len());
    let length = length.min(buf.len()).min(whole.len() - from);
    buf[..length].copy_from_slice(&whole[from..from + length]);
    length
}

/// /proc/PID/maps as the kernel has it (proc(5)); gdb's `info proc mappings` and `gcore` read it.
fn maps(memory: &Memory) -> String {
    let line = |region: &Region| {
        let flag = |prot: Prot, letter: char| if region.prot.contains(prot) { letter } else { '-' };
        let (device, inode) = region.file;
        let text = format!(
            "{:08x}-{:08x} {}{}{}{} {:08x} {:02x}:{:02x} {inode} ",
            region.start,
            region.end,
            flag(Prot::READ, 'r'),
            flag(Prot::WRITE, 'w'),
            flag(Prot::EXEC, 'x'),
            if region.shared { 's' } else { 'p' },
            region.offset,
            device >> 8 & 0xfff,
            device & 0xff,
        );
        format!("{text:<73}{}", region.name).trim_end().to_owned() + "\n"
    };
    memory.snapshot().iter().map(line).collect()
}

impl Debugged {
    /// gdb knows the process as number 1. What it looks for below /proc/1 is the guest's, not the host's.
    fn own(&self, path: &Path) -> Option<Own> {
        let session = &self.interpreter.session;
        let rest = path.strip_prefix("/proc/1").ok()?;
        Some(match rest.to_str() {
            Some("maps") => Own::Text(maps(session.memory().ok()?).into_bytes()),
            Some("cmdline" | "comm") => Own::Text(session.personality().name().into_bytes()),
            Some("exe") => Own::Link(session.personality().executable()?),
            Some("cwd") => Own::Link(std::env::current_dir().ok()?),
            Some("auxv") => Own::Text(session.personality().auxiliary_vector()),
            _ => Own::None,
        })
    }
}

/// What is below /proc/1.
enum Own {
    Text(Vec<u8>),
    Link(PathBuf),
    None,
}

fn errno<T>(errno: HostIoErrno) -> Result<T, HostIoError<String>> {
    Err(HostIoError::Errno(errno))
}

impl HostIo for Debugged {
    fn support_open(&mut self) -> Option<HostIoOpenOps<'_, Self>> {
        Some(self)
    }

    fn support_close(&mut self) -> Option<HostIoCloseOps<'_, Self>> {
        Some(self)
    }

    fn support_pread(&mut self) -> Option<HostIoPreadOps<'_, Self>> {
        Some(self)
    }

    fn support_fstat(&mut self) -> Option<HostIoFstatOps<'_, Self>> {
        Some(self)
    }

    fn support_readlink(&mut self) -> Option<HostIoReadlinkOps<'_, Self>> {
        Some(self)
    }

    fn support_setfs(&mut self) -> Option<HostIoSetfsOps<'_, Self>> {
        Some(self)
    }
}

impl HostIoOpen for Debugged {
    fn open(&mut self, name: &[u8], flags: HostIoOpenFlags, _: HostIoOpenMode) -> HostIoResult<u32, Self> {
        let writes = HostIoOpenFlags::O_WRONLY | HostIoOpenFlags::O_RDWR | HostIoOpenFlags::O_CREAT;
        if flags.intersects(writes | HostIoOpenFlags::O_TRUNC | HostIoOpenFlags::O_APPEND) {
            return errno(HostIoErrno::EROFS);
        }
        if self.files.open.len() >= MOST_FILES {
            return errno(HostIoErrno::EMFILE);
        }
        let path = Path::new(OsStr::from_bytes(name));
        let file = |path: &Path| -> Result<Open, HostIoError<String>> {
            let metadata = std::fs::metadata(path)?;
            // A pipe or a terminal would keep us waiting.
            if !metadata.is_file() {
                return errno(if metadata.is_dir() { HostIoErrno::EISDIR } else { HostIoErrno::EINVAL });
            }
            Ok(Open::File(File::open(path)?))
        };
        let personality = self.interpreter.session.personality();
        let open = match self.own(path) {
            Some(Own::Text(text)) => Open::Text(text),
            Some(Own::Link(path)) => file(&path)?,
            Some(Own::None) => return errno(HostIoErrno::ENOENT),
            None if personality.kept(path).is_some() => {
                Open::Text(personality.kept(path).map(|bytes| bytes.to_vec()).unwrap_or_default())
            }
            None => file(&self.interpreter.session.personality().host_path(path))?,
        };
        self.files.last = self.files.last.wrapping_add(1) & 0xffff;
        while self.files.open.contains_key(&self.files.last) {
            self.files.last = self.files.last.wrapping_add(1) & 0xffff;
        }
        self.files.open.insert(self.files.last, open);
        Ok(self.files.last)
    }
}

impl HostIoClose for Debugged {
    fn close(&mut self, fd: u32) -> HostIoResult<(), Self> {
        self.files.open.remove(&fd).map(drop).ok_or(HostIoError::Errno(HostIoErrno::EBADF))
    }
}

impl HostIoPread for Debugged {
    fn pread(&mut self, fd: u32, count: usize, offset: u64, buf: &mut [u8]) -> HostIoResult<usize, Self> {
        // The answer is escaped, which may double it, and has to fit the packet.
        let count = count.min(buf.len());
        match self.files.open.get(&fd) {
            Some(Open::File(file)) => Ok(file.read_at(&mut buf[..count], offset)?),
            Some(Open::Text(text)) => Ok(part(text, offset, count, buf)),
            None => errno(HostIoErrno::EBADF),
        }
    }
}

impl HostIoFstat for Debugged {
    fn fstat(&mut self, fd: u32) -> HostIoResult<HostIoStat, Self> {
        let plain = HostIoOpenMode::S_IFREG | HostIoOpenMode::S_IRUSR;
        let mut stat = HostIoStat {
            st_dev: 0,
            st_ino: 0,
            st_mode: plain,
            st_nlink: 1,
            st_uid: 0,
            st_gid: 0,
            st_rdev: 0,
            st_size: 0,
            st_blksize: 4096,
            st_blocks: 0,
            st_atime: 0,
            st_mtime: 0,
            st_ctime: 0,
        };
        match self.files.open.get(&fd) {
            Some(Open::File(file)) => {
                // The protocol has 32 bits for most of it.
                let metadata = file.metadata()?;
                stat.st_dev = metadata.dev() as u32;
                stat.st_ino = metadata.ino() as u32;
                stat.st_mode = HostIoOpenMode::from_bits_truncate(metadata.mode());
                stat.st_nlink = metadata.nlink() as u32;
                (stat.st_uid, stat.st_gid) = (metadata.uid(), metadata.gid());
                (stat.st_size, stat.st_blocks) = (metadata.size(), metadata.blocks());
                stat.st_atime = metadata.atime() as u32;
                stat.st_mtime = metadata.mtime() as u32;
                stat.st_ctime = metadata.ctime() as u32;
            }
            Some(Open::Text(text)) => stat.st_size = text.len() as u64,
            None => return errno(HostIoErrno::EBADF),
        }
        Ok(stat)
    }
}

impl HostIoReadlink for Debugged {
    fn readlink(&mut self, name: &[u8], buf: &mut [u8]) -> HostIoResult<usize, Self> {
        let path = Path::new(OsStr::from_bytes(name));
        let target = match self.own(path) {
            Some(Own::Link(target)) => target,
            Some(Own::Text(_)) => return errno(HostIoErrno::EINVAL),
            Some(Own::None) => return errno(HostIoErrno::ENOENT),
            None => std::fs::read_link(self.interpreter.session.personality().host_path(path))?,
        };
        Ok(part(target.as_os_str().as_bytes(), 0, usize::MAX, buf))
    }
}

impl HostIoSetfs for Debugged {
    /// There is one file system: the program's.
    fn setfs(&mut self, _: FsKind) -> HostIoResult<(), Self> {
        Ok(())
    }
}

impl ExecFile for Debugged {
    fn get_exec_file(
        &self,
        _: Option<Pid>,
        offset: u64,
        length: usize,
        buf: &mut [u8],
    ) -> TargetResult<usize, Self> {
        let path = self.interpreter.session.personality().executable().unwrap_or_default();
        Ok(part(path.as_os_str().as_bytes(), offset, length, buf))
    }
}

impl Auxv for Debugged {
    fn get_auxv(&self, offset: u64, length: usize, buf: &mut [u8]) -> TargetResult<usize, Self> {
        Ok(part(&self.interpreter.session.personality().auxiliary_vector(), offset, length, buf))
    }
}

impl TargetDescriptionXmlOverride for Debugged {
    fn target_description_xml(
        &self,
        annex: &[u8],
        offset: u64,
        length: usize,
        buf: &mut [u8],
    ) -> TargetResult<usize, Self> {
        if annex != b"target.xml" {
            return Err(gdbstub::target::TargetError::NonFatal);
        }
        let xml = description(self.interpreter.session.personality().is_linux());
        Ok(part(xml.as_bytes(), offset, length, buf))
    }
}

impl MemoryMap for Debugged {
    /// gdb keeps the map for the whole session, and takes what is not in it for inaccessible. So Linux, where mappings
    /// come and go, has one of all addresses; `info proc mappings` shows what there is.
    fn memory_map_xml(&self, offset: u64, length: usize, buf: &mut [u8]) -> TargetResult<usize, Self> {
        let session = &self.interpreter.session;
        let regions: Vec<(u64, u64)> = match session.memory() {
            Ok(memory) if !session.personality().is_linux() => {
                let range = |region: &Region| (region.start.into(), region.end - u64::from(region.start));
                memory.snapshot().iter().map(range).collect()
            }
            _ => vec![(0, 1 << 32)],
        };
        let mut xml = String::from("<?xml version=\"1.0\"?>\n<memory-map>\n");
        for (start, length) in regions {
            xml += &format!("<memory type=\"ram\" start=\"{start:#x}\" length=\"{length:#x}\"/>\n");
        }
        xml += "</memory-map>\n";
        Ok(part(xml.as_bytes(), offset, length, buf))
    }
}

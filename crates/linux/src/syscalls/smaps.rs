//! /proc/self/smaps, smaps_rollup, statm and the sizes in status: what the guest has mapped, and
//! how much of it the host has in memory, page by page.

use skink_machine::{Memory, Prot, Region};
use std::fmt::Write;
use std::fs::File;
use std::os::unix::fs::FileExt;

const PAGE: u64 = 4096;

/// Pages of a region by what the host says of them, in kB.
#[derive(Debug, Clone, Copy, Default)]
struct Usage {
    size: u64,
    resident: u64,
    private: u64,
    anonymous: u64,
    private_anonymous: u64,
    swapped: u64,
}

// Bits of an entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
const FILE: u64 = 1 << 61;
const EXCLUSIVE: u64 = 1 << 56;

impl Usage {
    fn of(memory: &Memory, region: &Region, pagemap: Option<&File>) -> Usage {
        let mut usage = Usage { size: (region.end - region.start as u64) / 1024, ..Usage::default() };
        let mut entries = vec![0u8; (usage.size / 4 * 8) as usize];
        let at = memory.host(region.start) as u64 / PAGE * 8;
        if pagemap.is_none_or(|file| file.read_exact_at(&mut entries, at).is_err()) {
            return usage;
        }
        for entry in entries.chunks_exact(8) {
            let entry = entry.iter().rev().fold(0u64, |n, &b| n << 8 | b as u64);
            let (kb, none) = (PAGE / 1024, 0);
            let is = |bit: u64| entry & bit != 0;
            usage.swapped += if is(SWAPPED) { kb } else { none };
            if is(PRESENT) {
                usage.resident += kb;
                usage.private += if is(EXCLUSIVE) { kb } else { none };
                usage.anonymous += if is(FILE) { none } else { kb };
                usage.private_anonymous += if is(EXCLUSIVE) && !is(FILE) { kb } else { none };
            }
        }
        usage
    }

    fn add(&mut self, other: &Usage) {
        self.size += other.size;
        self.resident += other.resident;
        self.private += other.private;
        self.anonymous += other.anonymous;
        self.private_anonymous += other.private_anonymous;
        self.swapped += other.swapped;
    }

    /// The lines that smaps and smaps_rollup share (fs/proc/task_mmu.c __show_smap). How many
    /// others share a page the host does not tell: one is assumed, the least there can be.
    /// Anonymous pages count as dirty, those of files as clean.
    fn lines(&self, out: &mut String) {
        let shared = self.resident - self.private;
        let shared_dirty = self.anonymous - self.private_anonymous;
        let rows = [
            ("Rss", self.resident),
            ("Pss", self.private + shared / 2),
            ("Pss_Dirty", self.private_anonymous + shared_dirty / 2),
            ("Shared_Clean", shared - shared_dirty),
            ("Shared_Dirty", shared_dirty),
            ("Private_Clean", self.private - self.private_anonymous),
            ("Private_Dirty", self.private_anonymous),
            ("Referenced", self.resident),
            ("Anonymous", self.anonymous),
            ("LazyFree", 0),
            ("AnonHugePages", 0),
            ("ShmemPmdMapped", 0),
            ("FilePmdMapped", 0),
            ("Shared_Hugetlb", 0),
            ("Private_Hugetlb", 0),
            ("Swap", self.swapped),
            ("SwapPss", self.swapped),
            ("Locked", 0),
        ];
        rows.iter().for_each(|row| line(out, row.0, row.1));
    }
}

fn line(out: &mut String, name: &str, kb: u64) {
    let _ = writeln!(out, "{:<16}{kb:>8} kB", format!("{name}:"));
}

fn flags(region: &Region) -> String {
    let mut flags = String::new();
    let bits = [(Prot::READ, "rd "), (Prot::WRITE, "wr "), (Prot::EXEC, "ex ")];
    bits.iter().filter(|(bit, _)| region.prot.contains(*bit)).for_each(|(_, name)| flags.push_str(name));
    flags.push_str(if region.shared { "sh " } else { "" });
    flags.push_str("mr mw me ");
    flags
}

/// `maps` are the lines of /proc/self/maps, one for each region.
pub(super) fn smaps(memory: &Memory, regions: &[Region], maps: &str) -> String {
    let pagemap = File::open("/proc/self/pagemap").ok();
    let mut out = String::new();
    for (region, head) in regions.iter().zip(maps.lines()) {
        let usage = Usage::of(memory, region, pagemap.as_ref());
        let _ = writeln!(out, "{head}");
        line(&mut out, "Size", usage.size);
        line(&mut out, "KernelPageSize", PAGE / 1024);
        line(&mut out, "MMUPageSize", PAGE / 1024);
        usage.lines(&mut out);
        let _ = writeln!(out, "THPeligible:           0\nVmFlags: {}", flags(region));
    }
    out
}

fn total(memory: &Memory, regions: &[Region]) -> Usage {
    let pagemap = File::open("/proc/self/pagemap").ok();
    let mut sum = Usage::default();
    regions.iter().for_each(|region| sum.add(&Usage::of(memory, region, pagemap.as_ref())));
    sum
}

pub(super) fn rollup(memory: &Memory, regions: &[Region]) -> String {
    let (start, end) = (regions.first().map_or(0, |r| r.start), regions.last().map_or(0, |r| r.end));
    let mut out = format!("{:<73}[rollup]\n", format!("{start:08x}-{end:08x} ---p 00000000 00:00 0 "));
    total(memory, regions).lines(&mut out);
    out
}

/// size, resident, shared, text, lib, data, dt: in pages (proc(5)).
pub(super) fn statm(memory: &Memory, regions: &[Region]) -> String {
    let usage = total(memory, regions);
    let pages = |wanted: fn(&Region) -> bool| -> u64 {
        regions.iter().filter(|r| wanted(r)).map(|r| (r.end - r.start as u64) / PAGE).sum()
    };
    let text = pages(|r| r.prot.contains(Prot::EXEC) && r.file != (0, 0));
    let data = pages(|r| r.prot.contains(Prot::WRITE) && !r.shared);
    let shared = usage.resident - usage.anonymous;
    format!("{} {} {} {text} 0 {data} 0\n", usage.size / 4, usage.resident / 4, shared / 4)
}

/// The host's /proc/self/status with the guest's sizes.
pub(super) fn status(memory: &Memory, regions: &[Region], threads: u32, host: &str) -> String {
    let usage = total(memory, regions);
    let kb = |wanted: fn(&Region) -> bool| -> u64 {
        regions.iter().filter(|r| wanted(r)).map(|r| (r.end - r.start as u64) / 1024).sum()
    };
    let mut out = String::new();
    for text in host.lines() {
        let name = text.split(':').next().unwrap_or_default();
        let value = match name {
            // The highest that it was nobody has kept; it is no less than this.
            "VmPeak" | "VmSize" => usage.size,
            "VmHWM" | "VmRSS" => usage.resident,
            "RssAnon" => usage.anonymous,
            "RssFile" => usage.resident - usage.anonymous,
            "RssShmem" => 0,
            "VmData" => kb(|r| r.prot.contains(Prot::WRITE) && !r.shared && &*r.name != "[stack]"),
            "VmStk" => kb(|r| &*r.name == "[stack]"),
            "VmExe" | "VmLib" => {
                // The program's text is below the libraries'.
                let text: Vec<u64> = regions
                    .iter()
                    .filter(|r| r.prot.contains(Prot::EXEC) && r.file != (0, 0))
                    .map(|r| (r.end - r.start as u64) / 1024)
                    .collect();
                let first = text.first().copied().unwrap_or(0);
                if name == "VmExe" { first } else { text.iter().sum::<u64>() - first }
            }
            "VmSwap" => usage.swapped,
            "Threads" => {
                let _ = writeln!(out, "Threads:\t{threads}");
                continue;
            }
            _ => {
                let _ = writeln!(out, "{text}");
                continue;
            }
        };
        let _ = writeln!(out, "{name}:\t{value:>8} kB");
    }
    out
}

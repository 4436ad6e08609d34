//! How states and effects are written to a recording: little-endian numbers of fixed width, lists behind their length.

use super::image::Image;
use super::log::{Effect, Signalled};
use super::{Moment, Snapshot};
use skink_machine::memory::PAGE;
use skink_machine::{Cpu, Prot, Region};
use std::sync::Arc;

/// What is written.
#[derive(Debug, Default)]
pub(super) struct Out(pub(super) Vec<u8>);

/// What is read back.
#[derive(Debug)]
pub(super) struct In<'a>(pub(super) &'a [u8]);

/// It ends early, or says what cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged;

type Read<T> = Result<T, Damaged>;

impl Out {
    pub(super) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.u32(bytes.len() as u32);
        self.0.extend(bytes);
    }

    pub(super) fn cpu(&mut self, cpu: &Cpu) {
        cpu.r.iter().for_each(|r| self.u32(*r));
        for word in [cpu.cpsr(), cpu.fpscr, cpu.tpidrurw, cpu.tpidruro] {
            self.u32(word);
        }
        self.u32(cpu.exclusive.addr);
        self.u32(cpu.exclusive.size);
        self.u64(cpu.exclusive.value);
        cpu.d.0.iter().for_each(|d| self.u64(*d));
    }

    pub(super) fn moment(&mut self, moment: &Moment) {
        self.u64(moment.retired);
        self.cpu(&moment.cpu);
    }

    pub(super) fn regions(&mut self, regions: &[Region]) {
        self.u32(regions.len() as u32);
        for region in regions {
            self.u32(region.start);
            self.u64(region.end);
            self.u8(region.prot.0);
            self.u8(region.shared.into());
            self.u64(region.offset);
            self.u64(region.file.0);
            self.u64(region.file.1);
            self.bytes(region.name.as_bytes());
        }
    }

    pub(super) fn snapshot(&mut self, snapshot: &Snapshot) {
        self.u64(snapshot.retired);
        self.cpu(&snapshot.cpu);
        self.regions(snapshot.image.regions());
        let pages = snapshot.image.pages();
        self.u32(pages.len() as u32);
        for (addr, page) in pages {
            self.u32(*addr);
            self.0.extend(page.iter());
        }
    }

    pub(super) fn effect(&mut self, effect: &Effect) {
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        self.u64(effect.retired);
        self.u8(flag(effect.sync, 1)
            | flag(effect.call.is_some(), 2)
            | flag(effect.cpu.is_some(), 4)
            | flag(effect.layout.is_some(), 8)
            | flag(effect.signal.is_some(), 16)
            | flag(effect.signal.is_some_and(|signal| signal.addr.is_some()), 32));
        self.u32(effect.r0);
        effect.call.into_iter().for_each(|call| self.u32(call));
        effect.cpu.iter().for_each(|cpu| self.cpu(cpu));
        effect.layout.iter().for_each(|regions| self.regions(regions));
        if let Some(signal) = effect.signal {
            self.u32(signal.number);
            self.u32(signal.code as u32);
            signal.addr.into_iter().for_each(|addr| self.u32(addr));
        }
        self.u32(effect.cleared.len() as u32);
        for (start, len) in &effect.cleared {
            self.u32(*start);
            self.u32(*len);
        }
        self.u32(effect.written.len() as u32);
        for (addr, bytes) in &effect.written {
            self.u32(*addr);
            self.bytes(bytes);
        }
    }
}

impl<'a> In<'a> {
    pub(super) fn take(&mut self, len: usize) -> Read<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len).ok_or(Damaged)?;
        self.0 = rest;
        Ok(head)
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u32(&mut self) -> Read<u32> {
        self.take(4)?.try_into().map(u32::from_le_bytes).map_err(|_| Damaged)
    }

    pub(super) fn u64(&mut self) -> Read<u64> {
        self.take(8)?.try_into().map(u64::from_le_bytes).map_err(|_| Damaged)
    }

    pub(super) fn bytes(&mut self) -> Read<&'a [u8]> {
        let len = self.u32()? as usize;
        self.take(len)
    }

    pub(super) fn text(&mut self) -> Read<String> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }

    /// So many of what one call reads, each of which takes at least a byte.
    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.u32()? as usize;
        if count > self.0.len() {
            return Err(Damaged);
        }
        (0..count).map(|_| one(self)).collect()
    }

    pub(super) fn cpu(&mut self) -> Read<Cpu> {
        let mut cpu = Cpu::default();
        for r in &mut cpu.r {
            *r = self.u32()?;
        }
        cpu.set_cpsr(self.u32()?);
        (cpu.fpscr, cpu.tpidrurw, cpu.tpidruro) = (self.u32()?, self.u32()?, self.u32()?);
        (cpu.exclusive.addr, cpu.exclusive.size) = (self.u32()?, self.u32()?);
        cpu.exclusive.value = self.u64()?;
        for d in &mut cpu.d.0 {
            *d = self.u64()?;
        }
        Ok(cpu)
    }

    pub(super) fn moment(&mut self) -> Read<Moment> {
        Ok(Moment { retired: self.u64()?, cpu: self.cpu()? })
    }

    /// Ascending, disjoint and of whole pages, or what maps them would have to look.
    fn regions(&mut self) -> Read<Arc<[Region]>> {
        let mut at = 0;
        let regions = self.list(|from| {
            let (start, end) = (from.u32()?, from.u64()?);
            let whole = start.is_multiple_of(PAGE) && end.is_multiple_of(PAGE.into()) && end <= 1 << 32;
            if !whole || u64::from(start) < at || end <= start.into() {
                return Err(Damaged);
            }
            at = end;
            let (prot, shared) = (Prot(from.u8()? & 7), from.u8()? != 0);
            let (offset, file) = (from.u64()?, (from.u64()?, from.u64()?));
            Ok(Region { start, end, prot, shared, offset, file, name: from.text()?.into() })
        })?;
        Ok(regions.into())
    }

    pub(super) fn snapshot(&mut self) -> Read<Snapshot> {
        let (retired, cpu) = (self.u64()?, self.cpu()?);
        let regions = self.regions()?;
        let pages = self.list(|from| {
            let addr = from.u32()?;
            let bytes: [u8; PAGE as usize] = from.take(PAGE as usize)?.try_into().map_err(|_| Damaged)?;
            if addr.is_multiple_of(PAGE) { Ok((addr, Arc::new(bytes))) } else { Err(Damaged) }
        })?;
        if !pages.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(Damaged);
        }
        Ok(Snapshot { retired, cpu, image: Image::of(regions, pages), effects: 0, counts: 0 })
    }

    pub(super) fn effect(&mut self) -> Read<Effect> {
        let retired = self.u64()?;
        let flags = self.u8()?;
        let has = |bit: u8| flags & bit != 0;
        let r0 = self.u32()?;
        let call = has(2).then(|| self.u32()).transpose()?;
        let cpu = has(4).then(|| self.cpu().map(Box::new)).transpose()?;
        let layout = has(8).then(|| self.regions()).transpose()?;
        let signal = has(16).then(|| self.signalled(has(32))).transpose()?;
        let cleared = self.list(|from| Ok((from.u32()?, from.u32()?)))?.into();
        let written = self.list(|from| Ok((from.u32()?, from.bytes()?.into())))?.into();
        Ok(Effect { retired, sync: has(1), call, r0, cpu, layout, signal, cleared, written })
    }

    fn signalled(&mut self, with_addr: bool) -> Read<Signalled> {
        let (number, code) = (self.u32()?, self.u32()? as i32);
        Ok(Signalled { number, code, addr: with_addr.then(|| self.u32()).transpose()? })
    }
}

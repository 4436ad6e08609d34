//! Which accesses a debugger is told of.

use skink_interp::Touched;
use skink_machine::{Access, Memory, Watch, WatchKind};
use std::sync::Arc;

/// An access of a watched range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// [`Watch::id`].
    pub watch: u32,
    /// The first address accessed that is in the range.
    pub addr: u32,
    /// A read or a write.
    pub access: Access,
    /// What was accessed of the range, as it was before.
    pub old: Vec<u8>,
    /// And as it is now.
    pub new: Vec<u8>,
}

/// The hits among the accesses of an instruction that has been done.
pub(crate) fn hits(memory: &Memory, touched: impl Iterator<Item = Touched>, hits: &mut Vec<Hit>) {
    let watches = memory.marks().watches();
    for touch in touched {
        hits.extend(watches.iter().filter_map(|watch| hit(memory, watch, &touch)));
    }
}

fn hit(memory: &Memory, watch: &Watch, touch: &Touched) -> Option<Hit> {
    let (offset, len) = watch.overlap(touch.addr, touch.size)?;
    if !watch.wants(touch.access) {
        return None;
    }
    let mut now = [0; 8];
    memory.read(touch.addr, &mut now[..touch.size.min(8) as usize]).ok()?;
    let (old, new) =
        (touch.old.to_le_bytes()[offset..offset + len].to_vec(), now[offset..offset + len].to_vec());
    counts(watch, u64::from_le_bytes(now), &old, &new).then(|| Hit {
        watch: watch.id,
        addr: touch.addr + offset as u32,
        access: touch.access,
        old,
        new,
    })
}

fn counts(watch: &Watch, value: u64, old: &[u8], new: &[u8]) -> bool {
    let changed = watch.kind != WatchKind::Change || old != new;
    changed && watch.value.is_none_or(|(mask, wanted)| value & mask == wanted & mask)
}

/// What watched ranges held before a system call: the host's kernel writes to guest memory unseen.
#[derive(Debug, Clone)]
pub struct Around {
    watches: Arc<[Watch]>,
    before: Vec<Option<Vec<u8>>>,
}

impl Around {
    /// Before the call; `None` if nothing is watched.
    pub fn before(memory: &Memory) -> Option<Around> {
        if !memory.marks().is_watching() {
            return None;
        }
        let watches = memory.marks().watches();
        let before = watches.iter().map(|watch| contents(memory, watch)).collect();
        Some(Around { watches, before })
    }

    /// What the call has changed: the bytes from the first to the last that differ in each range.
    pub fn after(&self, memory: &Memory) -> Vec<Hit> {
        let pairs = self.watches.iter().zip(&self.before);
        pairs.filter_map(|(watch, before)| difference(memory, watch, before.as_deref()?)).collect()
    }
}

fn contents(memory: &Memory, watch: &Watch) -> Option<Vec<u8>> {
    let mut bytes = vec![0; watch.len as usize];
    memory.read(watch.start, &mut bytes).ok()?;
    Some(bytes)
}

fn difference(memory: &Memory, watch: &Watch, before: &[u8]) -> Option<Hit> {
    let now = contents(memory, watch)?;
    let differs = |&i: &usize| before[i] != now[i];
    let (first, last) = ((0..now.len()).find(differs)?, (0..now.len()).rfind(differs)?);
    let (old, new) = (before[first..=last].to_vec(), now[first..=last].to_vec());
    let mut value = [0; 8];
    let len = new.len().min(8);
    value[..len].copy_from_slice(&new[..len]);
    (watch.wants(Access::Write) && counts(watch, u64::from_le_bytes(value), &old, &new)).then(|| Hit {
        watch: watch.id,
        addr: watch.start + first as u32,
        access: Access::Write,
        old,
        new,
    })
}

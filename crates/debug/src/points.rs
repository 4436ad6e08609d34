//! Break-, watch- and catchpoints as the user knows them: by number.

use crate::Error;
use crate::hits::HitCondition;
use skink_machine::WatchKind;

/// A place where code stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The address, bit 0 clear.
    pub addr: u32,
    /// Whether Thumb code is there.
    pub thumb: bool,
}

/// What a point waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Code at one of these places; none if what was asked for is not loaded yet.
    Break(Vec<Place>),
    /// An access of these addresses.
    Watch {
        /// The first.
        start: u32,
        /// Bytes.
        len: u32,
        /// Which accesses.
        access: WatchKind,
        /// Value and mask of the data accessed, see [`skink_machine::Watch::value`].
        value: Option<(u64, u64)>,
    },
    /// System calls, by number; none for every one.
    Calls(Vec<u32>),
    /// Signals, by number; none for every one.
    Signals(Vec<u32>),
    /// New processes.
    Forks,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its number, from 1.
    pub id: u32,
    /// What for.
    pub kind: Kind,
    /// As the user wrote it.
    pub spec: String,
    /// Whether it counts.
    pub enabled: bool,
    /// Whether it goes away when it is hit.
    pub temporary: bool,
    /// An expression that must not be 0 for a hit.
    pub condition: Option<String>,
    /// The number of the only thread that it is for.
    pub thread: Option<u32>,
    /// How many hits are still to be ignored.
    pub ignore: u32,
    /// How often it has been hit, ignored ones included.
    pub hits: u32,
    /// Commands to be done at a hit.
    pub commands: Vec<String>,
    /// Which hits count, those that the condition lets pass.
    pub hit_condition: Option<HitCondition>,
    /// Said at a hit, instead of stopping: text with `{EXPRESSION}` in it.
    pub message: Option<String>,
    /// What a watched range holds as far as is known, to show what it was.
    pub(crate) last: Vec<u8>,
}

/// All points.
#[derive(Debug, Clone, Default)]
pub(crate) struct Points {
    list: Vec<Point>,
    numbered: u32,
}

impl Points {
    pub(crate) fn add(&mut self, kind: Kind, spec: &str, temporary: bool) -> &mut Point {
        self.numbered += 1;
        let point = Point {
            id: self.numbered,
            kind,
            spec: spec.to_owned(),
            enabled: true,
            temporary,
            condition: None,
            thread: None,
            ignore: 0,
            hits: 0,
            commands: Vec::new(),
            hit_condition: None,
            message: None,
            last: Vec::new(),
        };
        self.list.push(point);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    pub(crate) fn all(&self) -> &[Point] {
        &self.list
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Point> {
        self.list.iter_mut()
    }

    pub(crate) fn get(&mut self, id: u32) -> Result<&mut Point, Error> {
        let found = self.list.iter_mut().find(|point| point.id == id);
        found.ok_or_else(|| Error::new(format!("No breakpoint number {id}.")))
    }

    pub(crate) fn remove(&mut self, id: u32) -> Result<(), Error> {
        self.get(id)?;
        self.list.retain(|point| point.id != id);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }
}

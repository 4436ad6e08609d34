//! A past that is written to a file while it happens, and read back where neither the program nor its files are.
//!
//! The file is a mark and a version, then pieces, each with its kind and length, a checksum of those two and one of what
//! follows (CRC-32 as in ISO 3309), written by one call: what has been written is whole whenever the writer dies. First comes what the front end wants
//! to know, then the state at the start, then what the personality did at each stop, and from time to time how far
//! the program has come. Files that are mapped follow as they are, for whoever wants symbols.

use super::log::Effect;
use super::wire::{Damaged, In, Out};
use super::{Moment, Snapshot};
use crate::control::Exit;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use skink_machine::Region;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};
use std::sync::Arc;

const MARK: &[u8; 16] = b"skink recording\n";
const VERSION: u32 = 2;
/// Pieces from this length on are compressed.
const LONG: usize = 512;
const COMPRESSED: u8 = 0x80;
/// Kind, length, their checksum, the checksum of what follows.
const HEAD: usize = 13;
/// No piece is longer unpacked: 4 GiB of pages and their addresses are.
const LONGEST: u64 = 5 << 30;

const ABOUT: u8 = 1;
const START: u8 = 2;
const EFFECT: u8 = 3;
const COUNTS: u8 = 4;
const TICK: u8 = 5;
const END: u8 = 6;
const FILE: u8 = 7;

/// Finds the contents of a file that is mapped, if they are worth keeping.
pub type Finder = Box<dyn FnMut(&Region) -> Option<Vec<u8>> + Send>;

/// A recording that is being written.
pub struct Tape {
    out: Box<dyn Write + Send>,
    find: Finder,
    /// The files that have been looked at.
    files: HashSet<Arc<str>>,
    /// How many readings of the counter have been written.
    counts: usize,
    begun: bool,
    /// It has an end, which holds for as long as nothing follows.
    ended: bool,
    /// A piece could not be written as a whole.
    torn: bool,
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tape").field("begun", &self.begun).finish_non_exhaustive()
    }
}

impl Tape {
    /// Begins one. `about` is for whoever reads it: names and what belongs to them.
    ///
    /// # Errors
    ///
    /// The writer's.
    pub fn new(out: impl Write + Send + 'static, about: &[(&str, &[u8])], find: Finder) -> io::Result<Tape> {
        let (out, files) = (Box::new(out), HashSet::new());
        let mut tape = Tape { out, find, files, counts: 0, begun: false, ended: false, torn: false };
        let mut head = MARK.to_vec();
        head.extend(VERSION.to_le_bytes());
        tape.out.write_all(&head)?;
        let mut piece = Out::default();
        piece.u32(about.len() as u32);
        for (name, value) in about {
            piece.bytes(name.as_bytes());
            piece.bytes(value);
        }
        tape.piece(ABOUT, &piece)?;
        Ok(tape)
    }

    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    pub(super) fn begin(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        self.begun = true;
        self.note_files(snapshot.image.regions())?;
        let mut piece = Out::default();
        piece.snapshot(snapshot);
        self.piece(START, &piece)
    }

    pub(super) fn effect(&mut self, effect: &Effect) -> io::Result<()> {
        if let Some(regions) = &effect.layout {
            self.note_files(regions)?;
        }
        self.ended = false;
        let mut piece = Out::default();
        piece.effect(effect);
        self.piece(EFFECT, &piece)
    }

    /// The readings of the counter so far.
    pub(super) fn counts(&mut self, seen: &[u64]) -> io::Result<()> {
        let new = seen.get(self.counts..).unwrap_or_default();
        if new.is_empty() {
            return Ok(());
        }
        let mut piece = Out::default();
        new.iter().for_each(|count| piece.u64(*count));
        self.counts = seen.len();
        self.piece(COUNTS, &piece)
    }

    pub(super) fn tick(&mut self, moment: &Moment) -> io::Result<()> {
        let mut piece = Out::default();
        piece.moment(moment);
        self.piece(TICK, &piece)
    }

    pub(super) fn end(&mut self, moment: &Moment, ending: &Ending) -> io::Result<()> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(());
        }
        let mut piece = Out::default();
        piece.moment(moment);
        let (kind, number, text) = match ending {
            Ending::Exited(Exit::Status(status)) => (0, *status, ""),
            Ending::Exited(Exit::Signal(number)) => (1, *number, ""),
            Ending::Because(why) => (2, 0, &**why),
            Ending::Cut => return Ok(()),
        };
        piece.u8(kind);
        piece.u32(number as u32);
        piece.bytes(text.as_bytes());
        self.piece(END, &piece)
    }

    fn note_files(&mut self, regions: &[Region]) -> io::Result<()> {
        for region in regions.iter().filter(|region| region.file != (0, 0)) {
            if !self.files.insert(region.name.clone()) {
                continue;
            }
            if let Some(bytes) = (self.find)(region) {
                let mut piece = Out::default();
                piece.bytes(region.name.as_bytes());
                piece.bytes(&bytes);
                self.piece(FILE, &piece)?;
            }
        }
        Ok(())
    }

    fn piece(&mut self, kind: u8, piece: &Out) -> io::Result<()> {
        let mut whole = vec![0; HEAD];
        let mut flags = 0;
        if piece.0.len() >= LONG {
            flags = COMPRESSED;
            let mut encoder = DeflateEncoder::new(whole, Compression::fast());
            encoder.write_all(&piece.0)?;
            whole = encoder.finish()?;
        } else {
            whole.extend(&piece.0);
        }
        let length = u32::try_from(whole.len() - HEAD).map_err(|_| io::Error::other("it is too long"))?;
        whole[0] = kind | flags;
        whole[1..5].copy_from_slice(&length.to_le_bytes());
        let sums = [checksum(&whole[..5]), checksum(&whole[HEAD..])];
        whole[5..9].copy_from_slice(&sums[0].to_le_bytes());
        whole[9..HEAD].copy_from_slice(&sums[1].to_le_bytes());
        // What follows a torn piece would be taken for a part of it.
        if self.torn {
            return Err(io::Error::other("an earlier part of the recording could not be written"));
        }
        let written = self.out.write_all(&whole);
        self.torn = written.is_err();
        written
    }
}

/// CRC-32 with the polynomial of ISO 3309, least significant bit first.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// How a recording ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With the program.
    Exited(Exit),
    /// Before it, for this reason.
    Because(String),
    /// Nobody wrote an end: skink was killed, or the rest of the file is missing.
    Cut,
}

/// A recording that has been read.
#[derive(Debug, Clone)]
pub struct Recording {
    about: HashMap<String, Vec<u8>>,
    files: HashMap<String, Arc<[u8]>>,
    pub(super) start: Snapshot,
    pub(super) effects: Vec<Arc<Effect>>,
    pub(super) counts: Vec<u64>,
    /// How far it goes.
    pub(super) end: u64,
    /// The registers there, if they are known.
    pub(super) last: Option<skink_machine::Cpu>,
    ending: Ending,
    /// How many bytes at its end make no whole piece.
    rest: usize,
}

impl Recording {
    /// From a file's bytes. One that ends in the middle of a piece is good up to there.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Recording, String> {
        let mut from = In(bytes);
        if from.take(MARK.len()) != Ok(&MARK[..]) {
            return Err("it is no recording: expected it to begin with \"skink recording\"".to_owned());
        }
        match from.u32() {
            Ok(VERSION) => {}
            Ok(other) => {
                return Err(format!(
                    "it has version {other}, and this skink reads version {VERSION}: replay it with the skink that \
                     recorded it"
                ));
            }
            Err(Damaged) => return Err("it ends before its version".to_owned()),
        }
        let (mut parts, mut rest) = (Parts::default(), 0);
        while !from.0.is_empty() {
            let at = bytes.len() - from.0.len();
            match piece(&mut from, at)? {
                Some((kind, piece)) => parts
                    .add(kind, &piece)
                    .map_err(|Damaged| format!("the piece at byte {at} says what cannot be"))?,
                None => {
                    rest = bytes.len() - at;
                    break;
                }
            }
        }
        let start = parts.start.ok_or("it ends before the program's first instruction")?;
        Ok(Recording {
            about: parts.about,
            files: parts.files,
            end: parts.end.max(start.retired),
            start,
            effects: parts.effects,
            counts: parts.counts,
            last: parts.last,
            ending: parts.ending.unwrap_or(Ending::Cut),
            rest,
        })
    }

    /// What whoever recorded it has said under a name.
    pub fn about(&self, name: &str) -> Option<&[u8]> {
        self.about.get(name).map(Vec::as_slice)
    }

    /// A file that was mapped, by the name of its regions.
    pub fn file(&self, name: &str) -> Option<Arc<[u8]>> {
        self.files.get(name).cloned()
    }

    /// How it ends.
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// How many instructions it goes up to.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many bytes at the end of the file make no whole piece, and are left out.
    pub fn rest(&self) -> usize {
        self.rest
    }
}

/// The next piece, unpacked; `None` if it is cut off.
fn piece(from: &mut In<'_>, at: usize) -> Result<Option<(u8, Vec<u8>)>, String> {
    let Ok(head) = from.take(HEAD) else { return Ok(None) };
    let word = |i: usize| u32::from_le_bytes([head[i], head[i + 1], head[i + 2], head[i + 3]]);
    let check = |what, wanted, bytes| match checksum(bytes) {
        found if found == wanted => Ok(()),
        found => Err(format!(
            "it is damaged: {what} at byte {at} should have checksum {wanted:08x} and has {found:08x}"
        )),
    };
    check("the head of the piece", word(5), &head[..5])?;
    let Ok(packed) = from.take(word(1) as usize) else { return Ok(None) };
    check("the piece", word(9), packed)?;
    let mut unpacked = Vec::new();
    match head[0] & COMPRESSED {
        0 => unpacked.extend(packed),
        _ => {
            let decoder = DeflateDecoder::new(packed).take(LONGEST).read_to_end(&mut unpacked);
            decoder.map_err(|error| format!("the piece at byte {at} cannot be unpacked: {error}"))?;
        }
    }
    Ok(Some((head[0] & !COMPRESSED, unpacked)))
}

#[derive(Default)]
struct Parts {
    about: HashMap<String, Vec<u8>>,
    files: HashMap<String, Arc<[u8]>>,
    start: Option<Snapshot>,
    effects: Vec<Arc<Effect>>,
    counts: Vec<u64>,
    end: u64,
    last: Option<skink_machine::Cpu>,
    ending: Option<Ending>,
}

impl Parts {
    fn add(&mut self, kind: u8, piece: &[u8]) -> Result<(), Damaged> {
        let mut from = In(piece);
        match kind {
            ABOUT => {
                for _ in 0..from.u32()? {
                    let name = from.text()?;
                    self.about.insert(name, from.bytes()?.to_vec());
                }
            }
            START => self.start = Some(from.snapshot()?),
            EFFECT => {
                let effect = from.effect()?;
                self.reach(effect.retired, effect.cpu.as_deref().cloned())?;
                self.effects.push(Arc::new(effect));
            }
            COUNTS => {
                while !from.0.is_empty() {
                    self.counts.push(from.u64()?);
                }
            }
            TICK => {
                let moment = from.moment()?;
                self.reach(moment.retired, Some(moment.cpu))?;
            }
            END => {
                let moment = from.moment()?;
                self.reach(moment.retired, Some(moment.cpu))?;
                let (kind, number, text) = (from.u8()?, from.u32()? as i32, from.text()?);
                self.ending = Some(match kind {
                    0 => Ending::Exited(Exit::Status(number)),
                    1 => Ending::Exited(Exit::Signal(number)),
                    _ => Ending::Because(text),
                });
            }
            FILE => {
                let name = from.text()?;
                self.files.insert(name, from.bytes()?.into());
            }
            _ => return Err(Damaged),
        }
        Ok(())
    }

    /// The program has come this far; what was said of an end before was not the end.
    fn reach(&mut self, retired: u64, cpu: Option<skink_machine::Cpu>) -> Result<(), Damaged> {
        if retired < self.end {
            return Err(Damaged);
        }
        (self.end, self.last, self.ending) = (retired, cpu, None);
        Ok(())
    }
}

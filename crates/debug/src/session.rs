//! The session: what is debugged, and why it stopped.

use crate::Error;
use crate::attend::Attendant;
use crate::checks::{self, Watcher};
use crate::handover::Handover;
use crate::hub::{Hub, News, Thread, Wishes};
use crate::personality::{Debuggee, Personality};
use crate::points::{Kind, Place, Point, Points};
use crate::signals::{Handling, Table};
use skink_debuginfo::Program;
use skink_debuginfo::checks::Checks;
use skink_engine::{Event, Exit, Order, ThreadId};
use skink_machine::{Access, Cpu, Memory, Watch};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Why the program stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It was loaded and stands at its first instruction.
    Started,
    /// At these breakpoints.
    Breakpoint(Vec<u32>),
    /// A watched range was accessed.
    Watch {
        /// The watchpoint.
        point: u32,
        /// A read or a write.
        access: Access,
        /// The first address accessed.
        addr: u32,
        /// The whole range as it was when last seen.
        old: Vec<u8>,
        /// And as it is.
        new: Vec<u8>,
        /// How many instructions had been done before the access: going back leads there.
        before: u64,
    },
    /// A step is done.
    Stepped,
    /// The place asked for is reached (`until`, `advance`, an instruction count).
    Reached,
    /// The function that was to be finished has returned; this is R0.
    Finished(u32),
    /// Somebody asked.
    Paused,
    /// A signal is about to be delivered.
    Signal {
        /// Its number.
        number: u32,
        /// The address of a fault.
        addr: Option<u32>,
    },
    /// A system call that is caught is about to be made.
    Call {
        /// The catchpoint.
        point: u32,
        /// The call.
        number: u32,
    },
    /// It has been made.
    Called {
        /// The catchpoint.
        point: u32,
        /// The call.
        number: u32,
    },
    /// A signal that is caught is about to be delivered.
    Caught {
        /// The catchpoint.
        point: u32,
        /// The signal.
        number: u32,
    },
    /// A process was made.
    Forked(u32),
    /// The program is about to execute another, with which the session ends.
    Executing(String),
    /// The machine cannot go on, and says why.
    Trouble(String),
    /// The program waits for input that is not there yet.
    Waiting,
    /// On the way back: there is no earlier moment. It stands at the first that is known.
    Beginning,
    /// On the way forwards in the past: here is the present.
    Present,
    /// At the end of a recording: how that ends.
    Ends(String),
    /// It could not go where it was to go in its past, and is in the present.
    Lost(String),
    /// It is gone.
    Exited(Exit),
}

/// A stop of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub reason: Reason,
    /// The number of the thread; 0 if the program is gone.
    pub thread: u32,
    /// Its next instruction.
    pub pc: u32,
    /// How many instructions it has done.
    pub retired: u64,
    /// What has happened since the last stop that was no reason for one: number of a thread, and what.
    pub notes: Vec<(u32, Note)>,
}

/// What is said of a thread at a stop besides the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// What happened to it.
    Event(Event),
    /// What is likely to be a mistake.
    Warning {
        /// The instruction's address.
        at: u32,
        /// What is wrong.
        text: String,
    },
}

/// Where a thread is to be stopped on the session's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) thread: ThreadId,
    /// A deeper call of the same function does not count: SP must not be below.
    pub(crate) min_sp: u32,
}

/// Asks for a pause from another thread, whichever run of the program it is.
#[derive(Clone)]
pub struct Pauser(Arc<Mutex<Arc<Hub>>>);

impl Pauser {
    /// Has the session's running command come back with [`Reason::Paused`].
    pub fn pause(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pause();
    }
}

/// One debugging session.
pub struct Session {
    pub(crate) personality: Box<dyn Personality>,
    pub(crate) hub: Arc<Hub>,
    /// Leads to `hub`.
    pauser: Pauser,
    pub(crate) memory: Option<Arc<Memory>>,
    pub(crate) program: Program,
    pub(crate) points: Points,
    pub(crate) signals: Table,
    pub(crate) targets: Vec<Target>,
    pub(crate) selected: Option<ThreadId>,
    /// Of the selected thread's stack, 0 for the innermost.
    pub(crate) frame: usize,
    /// The code as it was loaded.
    pub(crate) loaded: Vec<(u32, Vec<u8>)>,
    alive: bool,
    /// Why the program stopped last.
    pub(crate) reason: Option<Reason>,
    /// The program stands where it was started.
    pub(crate) fresh: bool,
    /// It is taken somewhere: points on the way do not count.
    pub(crate) silent: bool,
    /// Every signal holds the program, whatever its handling says: a front end decides itself.
    pub(crate) every_signal: bool,
    pub(crate) checks: Checks,
    /// Who makes them.
    pub(crate) watcher: Option<Arc<Watcher>>,
    /// Its past is searched: what was said is not said again.
    pub(crate) searching: bool,
    pub(crate) attendant: Option<Box<dyn Attendant>>,
    handover: Option<Arc<dyn Handover>>,
    /// How often registers or memory have been changed.
    pub(crate) changes: u64,
}

/// Nobody else would let the program's threads go, whose end its host thread waits for.
impl Drop for Session {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Session {
    /// A session without a running program.
    pub fn new(personality: Box<dyn Personality>) -> Session {
        let signals = Table::new(personality.signals());
        let hub: Arc<Hub> = Arc::default();
        Session {
            personality,
            pauser: Pauser(Arc::new(Mutex::new(hub.clone()))),
            hub,
            memory: None,
            program: Program::default(),
            points: Points::default(),
            signals,
            targets: Vec::new(),
            selected: None,
            frame: 0,
            loaded: Vec::new(),
            alive: false,
            reason: None,
            fresh: false,
            silent: false,
            every_signal: false,
            checks: checks::NONE,
            watcher: None,
            searching: false,
            attendant: None,
            handover: None,
            changes: 0,
        }
    }

    /// Loads the program and brings it to its first instruction. One that runs is killed first.
    ///
    /// # Errors
    ///
    /// What is wrong with the program.
    pub fn start(&mut self) -> Result<Stop, Error> {
        self.kill();
        self.hub = Arc::default();
        self.hub.set_handover(self.handover.clone());
        *self.pauser.0.lock().unwrap_or_else(PoisonError::into_inner) = self.hub.clone();
        let Debuggee { memory, program } = self.personality.start(self.hub.clone())?;
        self.loaded = crate::code::code_of(&memory);
        (self.memory, self.program) = (Some(memory), program);
        (self.alive, self.fresh) = (true, true);
        let stop = self.wait();
        self.resolve_anew();
        self.begin_checks();
        Ok(stop)
    }

    /// Ends the program; `false` if some of its threads could not be ended, which is said by who knows more.
    pub fn kill(&mut self) -> bool {
        let gone = !self.alive || self.hub.kill();
        self.alive = false;
        self.selected = None;
        gone
    }

    /// Takes all marks away and lets the program go, to be waited for by [`Session::wait_for_end`].
    pub fn detach(&mut self) {
        if let Some(memory) = &self.memory {
            memory.set_traps(BTreeSet::new());
            memory.set_watches(&[]);
        }
        let unheld = self.signals.all().iter().map(|h| h.signal.number).collect();
        self.hub.set_wishes(Wishes { unheld, ..Wishes::default() });
        self.targets.clear();
        self.hub.release();
    }

    /// After [`Session::detach`]: how the program ends.
    pub fn wait_for_end(&mut self) -> Option<Exit> {
        if !self.alive {
            return None;
        }
        loop {
            match self.hub.wait(None) {
                Some(News::Exited(exit)) => return Some(exit),
                _ => self.hub.go_on(),
            }
        }
    }

    /// Whether there is a program that can be resumed.
    pub fn is_alive(&self) -> bool {
        self.alive
    }

    /// Whether it has not been resumed since it was started.
    pub fn is_fresh(&self) -> bool {
        self.alive && self.fresh
    }

    /// A handle to pause the program with, while a method of the session waits for it.
    pub fn pauser(&self) -> Pauser {
        self.pauser.clone()
    }

    /// Has somebody told before the program executes another.
    pub fn set_handover(&mut self, told: Option<Arc<dyn Handover>>) {
        self.hub.set_handover(told.clone());
        self.handover = told;
    }

    /// What is known of the program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// What the session runs on.
    pub fn personality(&self) -> &dyn Personality {
        &*self.personality
    }

    /// The guest's memory.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded.
    pub fn memory(&self) -> Result<&Arc<Memory>, Error> {
        self.memory.as_ref().ok_or_else(Error::not_running)
    }

    /// All threads, by number.
    pub fn threads(&self) -> Vec<Thread> {
        if self.alive { self.hub.threads() } else { Vec::new() }
    }

    /// The thread that commands are about.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn thread(&self) -> Result<Thread, Error> {
        let selected = self.selected.filter(|_| self.alive).ok_or_else(Error::not_running)?;
        self.threads().into_iter().find(|thread| thread.id == selected).ok_or_else(Error::not_running)
    }

    /// Chooses it by number.
    ///
    /// # Errors
    ///
    /// If there is none of this number.
    pub fn select_thread(&mut self, number: u32) -> Result<Thread, Error> {
        let found = self.threads().into_iter().find(|thread| thread.number == number);
        let thread = found.ok_or_else(|| Error::new(format!("Unknown thread {number}.")))?;
        (self.selected, self.frame) = (Some(thread.id), 0);
        Ok(thread)
    }

    /// The break-, watch- and catchpoints.
    pub fn points(&self) -> &[Point] {
        self.points.all()
    }

    /// One of them, to be changed.
    ///
    /// # Errors
    ///
    /// If there is none of this number.
    pub fn point(&mut self, id: u32) -> Result<&mut Point, Error> {
        self.points.get(id)
    }

    /// Takes one away.
    ///
    /// # Errors
    ///
    /// If there is none of this number.
    pub fn delete(&mut self, id: u32) -> Result<(), Error> {
        self.points.remove(id)
    }

    /// Takes all away.
    pub fn delete_all(&mut self) {
        self.points.clear();
    }

    /// What happens at each signal.
    pub fn signals(&self) -> &[Handling] {
        self.signals.all()
    }

    /// Changes it for the signals of a word: a name, a number, `all`. Returns what holds then.
    ///
    /// # Errors
    ///
    /// If there is no such signal.
    pub fn handle(&mut self, word: &str, change: impl Fn(&mut Handling)) -> Result<Vec<Handling>, Error> {
        let numbers = self.signals.named(word)?;
        numbers.iter().for_each(|number| self.signals.change(*number, &change));
        Ok(numbers.iter().filter_map(|number| self.signals.of(*number).copied()).collect())
    }

    /// The numbers of the signals of a word.
    ///
    /// # Errors
    ///
    /// If there is no such signal.
    pub fn signal_named(&self, word: &str) -> Result<u32, Error> {
        let one = self.signals.named(word)?.first().copied();
        one.ok_or_else(|| Error::new("This machine has no signals."))
    }

    /// Tells memory and threads what is waited for, and resumes.
    pub(crate) fn resume(&mut self, order: Order) -> Result<Stop, Error> {
        let thread = self.thread()?.id;
        self.every_signal = false;
        self.mark();
        self.fresh = false;
        self.depart(thread, order);
        Ok(self.wait())
    }

    pub(crate) fn mark(&mut self) {
        let Some(memory) = &self.memory else { return };
        let mut traps: BTreeSet<u32> = self.targets.iter().map(|t| t.place.key()).collect();
        let (mut watches, mut wishes) = (Vec::new(), Wishes::default());
        self.signals.wishes(&mut wishes);
        if self.every_signal {
            wishes.unheld.clear();
        }
        for point in self.points.all_mut().filter(|point| point.enabled) {
            match &point.kind {
                Kind::Break(places) if places.is_empty() => {
                    wishes.calls.extend(self.personality.mapping_calls());
                }
                Kind::Break(places) => traps.extend(places.iter().map(|place| place.key())),
                Kind::Watch { start, len, access, value } => {
                    let (start, len, kind, value) = (*start, *len, *access, *value);
                    watches.push(Watch { id: point.id, start, len, kind, value });
                    point.last = vec![0; len as usize];
                    let _ = memory.read(start, &mut point.last);
                }
                Kind::Calls(calls) if calls.is_empty() => wishes.all_calls = true,
                Kind::Calls(calls) => wishes.calls.extend(calls),
                Kind::Signals(signals) if signals.is_empty() => wishes.unheld.clear(),
                Kind::Signals(signals) => wishes.unheld.retain(|signal| !signals.contains(signal)),
                Kind::Forks => wishes.forks = true,
            }
        }
        memory.set_traps(traps);
        memory.set_watches(&watches);
        self.hub.set_wishes(wishes);
    }

    /// Waits until there is a reason to stop.
    pub(crate) fn wait(&mut self) -> Stop {
        loop {
            let (thread, reason) = match self.hub.wait(None) {
                None => continue,
                Some(News::Exited(exit)) => {
                    self.alive = false;
                    (None, Some(Reason::Exited(exit)))
                }
                Some(News::Paused) => {
                    self.refresh();
                    if self.attended() {
                        continue;
                    }
                    (self.selected_or_first(), Some(Reason::Paused))
                }
                Some(News::Event(thread, event)) => {
                    let more = self.refresh();
                    let reason = self.judge(thread, event);
                    if more && reason.is_none() {
                        self.loaded();
                    }
                    (Some(thread), reason)
                }
            };
            match reason {
                Some(reason) => return self.stopped(thread, reason),
                None => self.hub.go_on(),
            }
        }
    }

    fn stopped(&mut self, thread: Option<ThreadId>, reason: Reason) -> Stop {
        self.targets.clear();
        (self.selected, self.frame) = (thread, 0);
        let number = self.thread().map_or(0, |thread| thread.number);
        let state = thread.filter(|_| self.alive).and_then(|thread| self.hub.registers(thread));
        let (pc, retired) = state.map_or((0, 0), |(cpu, retired)| (cpu.r[15], retired));
        self.resolve();
        let events = self.hub.take_notes().into_iter();
        let mut notes: Vec<_> = events.map(|(number, event)| (number, Note::Event(event))).collect();
        let warnings = self.watcher.as_ref().map(|watcher| watcher.take()).unwrap_or_default();
        let number_of =
            |id| self.threads().iter().find(|t| t.id == id).map_or(number, |thread| thread.number);
        notes.extend(warnings.into_iter().map(|(thread, warning)| (number_of(thread), warning)));
        self.reason = Some(reason.clone());
        Stop { reason, thread: number, pc, retired, notes }
    }

    /// Whether somebody has asked for a pause since this was last called: between two steps there is nobody to hold.
    /// A front end that attends the program asks for other reasons too, and sees to them itself.
    pub(crate) fn takes_pause(&self) -> bool {
        self.hub.take_wanted() && self.attendant.is_none()
    }

    /// A stop with which a command could have gone on, had nobody asked for a pause.
    pub(crate) fn paused(&mut self, stop: Stop) -> Stop {
        self.reason = Some(Reason::Paused);
        Stop { reason: Reason::Paused, ..stop }
    }

    /// The thread that commands are about, or another if it has ended.
    fn selected_or_first(&self) -> Option<ThreadId> {
        let threads = self.threads();
        let known = threads.iter().find(|thread| Some(thread.id) == self.selected).or(threads.first());
        known.map(|thread| thread.id)
    }
}

impl Place {
    pub(crate) fn of(cpu: &Cpu) -> Place {
        Place { addr: cpu.r[15], thumb: cpu.thumb }
    }

    pub(crate) fn key(&self) -> u32 {
        self.addr | self.thumb as u32
    }
}

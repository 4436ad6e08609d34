//! What the windows show, as plain data: taken from a session that stands still, drawn by `ui`.

use skink_debug::command::Interpreter;
use skink_debug::{Listed, Position, Reason, Session, StackWord};
use std::collections::HashMap;
use std::sync::Arc;

/// Instructions before and behind the one that a listing is about.
pub(crate) const CODE: usize = 100;
/// Bytes of a memory window.
pub(crate) const MEMORY: usize = 2048;
/// Words of the stack.
pub(crate) const STACK: usize = 128;
/// Frames of the call stack: a recursion may have thousands.
const FRAMES: usize = 200;

/// What is to be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// The middle of the listing of code; PC's place if nothing is said.
    pub(crate) code: Option<u32>,
    /// Expressions for the addresses of memory windows, and how many bytes further on a window begins.
    pub(crate) memory: Vec<(String, i64)>,
    /// The first word of the stack that is shown, counted from SP.
    pub(crate) stack: i32,
}

/// The registers of the selected thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registers {
    pub(crate) core: [u32; 16],
    pub(crate) cpsr: u32,
    pub(crate) d: [u64; 32],
    pub(crate) fpscr: u32,
}

/// A source, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// Its path, as the program's lines have it.
    pub(crate) file: String,
    pub(crate) lines: Vec<String>,
}

/// A window of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) expression: String,
    /// The value of the expression, or what is wrong with it.
    pub(crate) base: Result<u32, String>,
    /// The address of the first byte.
    pub(crate) start: u32,
    /// The bytes, where there is memory; and whether each is another than at the stop before.
    pub(crate) bytes: Vec<Option<(u8, bool)>>,
    /// How many there are from the first one to the end of the mapping that it is in.
    pub(crate) left: Option<u64>,
}

/// Everything that is shown of a program that stands still.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) alive: bool,
    /// Why it stands.
    pub(crate) reason: String,
    pub(crate) thread: u32,
    /// Instructions done by the thread.
    pub(crate) retired: Option<u64>,
    /// Where in its past it is, or why there is none.
    pub(crate) position: Option<Result<Position, String>>,
    pub(crate) is_past: bool,
    pub(crate) pc: Option<u32>,
    /// The place of the selected frame as a name: `move+8`.
    pub(crate) place: String,
    /// The address of the selected frame.
    pub(crate) frame_pc: Option<u32>,
    pub(crate) source: Option<Arc<Source>>,
    /// The line of the selected frame.
    pub(crate) line: Option<u32>,
    /// Lines with breakpoints: line, number, whether it counts.
    pub(crate) points_in_source: Vec<(u32, u32, bool)>,
    pub(crate) code: Vec<Listed>,
    /// The index in `code` that the listing is about.
    pub(crate) code_at: usize,
    /// The last instruction of the mapping that the listing is of.
    pub(crate) code_last: Option<u32>,
    pub(crate) registers: Option<Registers>,
    /// As they were at the stop before.
    pub(crate) before: Option<Registers>,
    pub(crate) memory: Vec<Memory>,
    pub(crate) stack: Vec<StackWord>,
    /// Bytes from SP to the end of its mapping.
    pub(crate) stack_left: Option<u64>,
    pub(crate) calls: Vec<String>,
    pub(crate) frame: usize,
    pub(crate) threads: Vec<String>,
    pub(crate) points: Vec<String>,
    /// The numbers of those that count.
    pub(crate) points_on: Vec<u32>,
    pub(crate) locals: Vec<String>,
    /// The next instruction, and what it will do.
    pub(crate) explain: Option<(String, Vec<String>)>,
    /// Whether lines are taken down for `commands`.
    pub(crate) collecting: bool,
}

/// What is kept from stop to stop.
#[derive(Default)]
pub(crate) struct Looker {
    sources: HashMap<String, Option<Arc<Source>>>,
    /// By which a stop is known: run, thread, instructions done.
    stop: Option<(u64, u32, u64)>,
    runs: u64,
    last_file: Option<String>,
    now: Seen,
    before: Seen,
}

#[derive(Default, Clone)]
struct Seen {
    registers: Option<Registers>,
    /// Windows of memory: the first address and the bytes.
    memory: Vec<(u32, Vec<Option<u8>>)>,
}

impl Looker {
    /// All that is wanted. A program that has been started afresh is another `run`.
    pub(crate) fn look(&mut self, i: &mut Interpreter, wants: &Wants) -> View {
        let mut view = View { name: i.session.personality().name(), ..View::default() };
        view.alive = i.session.is_alive();
        view.reason = i.session.stopped_for().map(reason).unwrap_or_default();
        view.collecting = i.is_collecting();
        self.turn_over(&i.session);
        let session = &i.session;
        view.thread = session.thread().map_or(0, |thread| thread.number);
        view.retired = session.retired().ok();
        view.position = view.alive.then(|| session.position().map_err(|error| error.to_string()));
        view.is_past = view.alive && session.is_past();
        view.frame = session.frame();
        self.registers(session, &mut view);
        self.code(session, wants, &mut view);
        view.memory = wants.memory.iter().map(|(text, offset)| self.memory(session, text, *offset)).collect();
        self.now.memory = view
            .memory
            .iter()
            .map(|m| (m.start, m.bytes.iter().map(|byte| byte.map(|(byte, _)| byte)).collect()))
            .collect();
        view.stack = session.stack(wants.stack, STACK).unwrap_or_default();
        view.stack_left = view.registers.as_ref().and_then(|registers| left(session, registers.core[13]));
        let counts = session.points().iter().filter(|point| point.enabled);
        view.points_on = counts.map(|point| point.id).collect();
        // The listing knows the condition of an instruction in an IT block.
        let listed = view.code.iter().find(|listed| Some(listed.line.place.addr) == view.pc);
        let listed = listed.map(|listed| listed.line.text.clone()).filter(|text| !text.starts_with('.'));
        let explained = session.explanation(None).ok();
        view.explain = explained.map(|(_, text, lines)| (spaced(&listed.unwrap_or(text)), lines));
        let mut asked = |line: &str| lines(i.ask(line));
        view.points = asked("info breakpoints");
        if view.alive {
            view.calls = asked(&format!("backtrace {FRAMES}"));
            view.threads = asked("info threads");
            view.locals = [asked("info args"), asked("info locals")].concat();
        }
        view
    }

    /// At another stop what was now is what was before.
    fn turn_over(&mut self, session: &Session) {
        if session.is_fresh() && self.stop.is_none_or(|(_, _, retired)| retired > 0) {
            self.runs += 1;
        }
        let thread = session.thread().map_or(0, |thread| thread.number);
        let stop = session.retired().ok().map(|retired| (self.runs, thread, retired));
        if stop.is_some() && stop != self.stop {
            self.stop = stop;
            self.before = self.now.clone();
        }
    }

    fn registers(&mut self, session: &Session, view: &mut View) {
        let Ok(cpu) = session.cpu() else { return };
        let now = Registers { core: cpu.r, cpsr: cpu.cpsr(), d: cpu.d.0, fpscr: cpu.fpscr };
        view.pc = Some(cpu.r[15]);
        self.now.registers = Some(now.clone());
        view.registers = Some(now);
        view.before = self.before.registers.clone();
    }

    fn code(&mut self, session: &Session, wants: &Wants, view: &mut View) {
        let frame = session.frame_at(session.frame()).ok();
        view.frame_pc = frame.as_ref().map(|frame| frame.pc);
        // A call may be the last of its function: what it returns to is looked up before that.
        let lookup = frame.as_ref().map(|frame| frame.lookup()).or(view.pc);
        let at = view.frame_pc.or(view.pc);
        view.place = at.zip(lookup).map(|(at, lookup)| name(session, at, lookup)).unwrap_or_default();
        let here = frame.and_then(|frame| frame.line).map(|line| (line.file, line.line));
        view.line = here.as_ref().map(|(_, line)| *line);
        // A program that is gone leaves its source on the screen.
        let file =
            here.map(|(file, _)| file).or_else(|| if view.alive { None } else { self.last_file.clone() });
        if let Some(file) = file {
            view.source = self.source(session, &file);
            view.points_in_source = session.points_in(&file);
            self.last_file = Some(file);
        }
        let middle = wants.code.or(view.frame_pc).or(view.pc);
        if let Some(middle) = middle {
            (view.code, view.code_at) = session.code_around(middle, CODE, CODE);
            view.code_last =
                left(session, middle).map(|left| middle.wrapping_add(left as u32).wrapping_sub(4));
        }
    }

    /// The text of a source, read when it is first wanted.
    fn source(&mut self, session: &Session, file: &str) -> Option<Arc<Source>> {
        if let Some(known) = self.sources.get(file) {
            return known.clone();
        }
        let read = || {
            let text = session.source_text(file)?;
            let lines = text.lines().map(plain).collect();
            Some(Arc::new(Source { file: file.to_owned(), lines }))
        };
        let source = read();
        self.sources.insert(file.to_owned(), source.clone());
        source
    }

    fn memory(&self, session: &Session, text: &str, offset: i64) -> Memory {
        let base = session.evaluate(text).map(|value| value as u32);
        let base = base.map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned());
        let mut memory =
            Memory { expression: text.to_owned(), base, start: 0, bytes: Vec::new(), left: None };
        if let Ok(base) = &memory.base {
            memory.start = base.wrapping_add(offset as u32);
            memory.left = left(session, memory.start);
            let bytes = read_around(session, memory.start, MEMORY);
            let mark = |(index, byte): (usize, Option<u8>)| {
                let addr = memory.start.wrapping_add(index as u32);
                byte.map(|byte| (byte, self.before.holds(addr).is_some_and(|old| old != byte)))
            };
            memory.bytes = bytes.into_iter().enumerate().map(mark).collect();
        }
        memory
    }
}

impl Seen {
    /// What was seen at an address.
    fn holds(&self, addr: u32) -> Option<u8> {
        self.memory
            .iter()
            .find_map(|(start, bytes)| bytes.get(addr.wrapping_sub(*start) as usize).copied().flatten())
    }
}

/// How many bytes there are from an address to the end of the mapping that it is in.
fn left(session: &Session, addr: u32) -> Option<u64> {
    let region = session.memory().ok()?.region_at(addr)?;
    Some(region.end - u64::from(addr))
}

/// Bytes from an address on; those of pages that are not there are missing.
fn read_around(session: &Session, start: u32, len: usize) -> Vec<Option<u8>> {
    const PAGE: u64 = 4096;
    let mut bytes = Vec::with_capacity(len);
    let mut at = u64::from(start);
    let end = (at + len as u64).min(1 << 32);
    while at < end {
        let next = ((at / PAGE + 1) * PAGE).min(end);
        let count = (next - at) as usize;
        match session.read(at as u32, count) {
            Ok(read) => bytes.extend(read.into_iter().map(Some)),
            Err(_) => bytes.resize(bytes.len() + count, None),
        }
        at = next;
    }
    bytes
}

/// The name of an address, counted from the symbol that another is found in, or the address.
fn name(session: &Session, addr: u32, lookup: u32) -> String {
    match session.program().symbol_at(lookup) {
        Some(mut symbol) => {
            symbol.offset += addr.wrapping_sub(lookup);
            symbol.to_string()
        }
        None => format!("{addr:#x}"),
    }
}

fn lines(answer: Result<String, skink_debug::Error>) -> Vec<String> {
    let text = answer.unwrap_or_else(|error| error.to_string());
    text.lines().map(plain).collect()
}

/// Without what a terminal would take for commands; tabs as blanks up to the next multiple of 8.
pub(crate) fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for c in line.chars() {
        match c {
            '\t' => {
                let to = (column / 8 + 1) * 8;
                text.extend(std::iter::repeat_n(' ', to - column));
                column = to;
                continue;
            }
            c if c.is_control() => text.push('\u{fffd}'),
            c => text.push(c),
        }
        column += 1;
    }
    text
}

/// An instruction with one blank behind its mnemonic.
pub(crate) fn spaced(text: &str) -> String {
    text.replacen('\t', " ", 1)
}

/// A stop in a few words.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Started => "at its beginning".to_owned(),
        Reason::Breakpoint(ids) => {
            let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
            format!("breakpoint {}", ids.join(", "))
        }
        Reason::Watch { point, .. } => format!("watchpoint {point}"),
        Reason::Stepped => "stepped".to_owned(),
        Reason::Reached => "stopped".to_owned(),
        Reason::Finished(_) => "returned".to_owned(),
        Reason::Paused => "paused".to_owned(),
        Reason::Signal { number, .. } | Reason::Caught { number, .. } => format!("signal {number}"),
        Reason::Call { .. } => "before a system call".to_owned(),
        Reason::Called { .. } => "after a system call".to_owned(),
        Reason::Forked(_) => "forked".to_owned(),
        Reason::Executing(_) => "about to execute another program".to_owned(),
        Reason::Trouble(_) => "cannot go on".to_owned(),
        Reason::Waiting => "waits for input".to_owned(),
        Reason::Beginning => "the past begins here".to_owned(),
        Reason::Present => "the present".to_owned(),
        Reason::Ends(_) => "the recording ends".to_owned(),
        Reason::Lost(_) => "the past is lost".to_owned(),
        Reason::Exited(_) => "ended".to_owned(),
    }
}

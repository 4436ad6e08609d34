//! Why the program stopped and where it stands: stops, frames, threads, `info`.

use super::{Flow, Interpreter, Out, points, running};
use crate::points::Kind;
use crate::session::{Note, Reason, Stop};
use crate::{Error, Register, View, Whereabouts};
use skink_debuginfo::{Format, Frame, Missing, Type, Value, Variable};
use skink_engine::{Event, Exit};
use skink_machine::{Access, WatchKind};

/// Where the program stood: the function and the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Here {
    function: Option<u32>,
    cfa: Option<u32>,
}

/// The name of a file without its directories: those differ from machine to machine.
pub(super) fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

impl Interpreter {
    pub(super) fn here(&self) -> Option<Here> {
        let frames = self.session.frames(1).ok()?;
        let frame = frames.first()?;
        let function = self.session.program().functions_at(frame.pc).first().map(|f| f.entry);
        Some(Here { function, cfa: frame.cfa })
    }

    pub(super) fn signal_name(&self, number: u32) -> String {
        let known = self.session.signals().iter().find(|h| h.signal.number == number);
        known.map_or_else(|| format!("SIG{number}"), |h| h.signal.name.to_owned())
    }

    pub(super) fn signal_text(&self, number: u32) -> String {
        let known = self.session.signals().iter().find(|h| h.signal.number == number);
        known.map_or_else(
            || format!("SIG{number}, Unknown signal"),
            |h| format!("{}, {}", h.signal.name, h.signal.meaning),
        )
    }

    pub(super) fn call_name(&self, number: u32) -> String {
        self.session.personality().call_name(number).unwrap_or_else(|| number.to_string())
    }

    /// Says why the program stopped. If it still is where it was, `before`, the frame need not be named again.
    pub(super) fn report(&mut self, stop: &Stop, before: Option<Here>, out: Out<'_>) {
        self.listed = None;
        self.stop = Some(stop.clone());
        (self.stopped_at, self.signalled) = (None, None);
        for (thread, event) in &stop.notes {
            self.note(*thread, event, out);
        }
        let mut quiet = false;
        let text = match &stop.reason {
            Reason::Breakpoint(ids) => {
                self.stopped_at = ids.first().copied();
                let commands =
                    |id: &u32| self.session.points().iter().find(|p| p.id == *id).map(|p| p.commands.clone());
                self.attached = ids.iter().filter_map(commands).flatten().collect();
                quiet = self.attached.first().is_some_and(|first| first == "silent");
                let first = ids.first().copied().unwrap_or_default();
                let temporary = !self.session.points().iter().any(|p| p.id == first);
                let what = if temporary { "Temporary breakpoint" } else { "Breakpoint" };
                format!("\n{what} {first}, ")
            }
            Reason::Watch { point, access, old, new, .. } => self.watch_text(*point, *access, old, new),
            Reason::Signal { number, addr } => {
                self.signalled = Some(*number);
                let at = addr.map_or(String::new(), |addr| format!(" Fault address {addr:#x}."));
                format!("\nProgram received signal {}.{at}\n", self.signal_text(*number))
            }
            Reason::Caught { point, number } => {
                self.signalled = Some(*number);
                format!("\nCatchpoint {point} (signal {}), ", self.signal_name(*number))
            }
            Reason::Call { point, number } => {
                format!("\nCatchpoint {point} (call to syscall {}), ", self.call_name(*number))
            }
            Reason::Called { point, number } => {
                format!("\nCatchpoint {point} (returned from syscall {}), ", self.call_name(*number))
            }
            Reason::Forked(_) => "\nCatchpoint (forked process), ".to_owned(),
            Reason::Executing(path) => format!(
                "\nThe program is about to execute {path}, in its own place and in the debugger's:\n\
                 the session ends when it goes on.\n"
            ),
            Reason::Paused => "\nProgram stopped.\n".to_owned(),
            Reason::Trouble(text) => format!("\n{}\n", text.trim_end()),
            Reason::Waiting => "\nThe program waits for input.\n".to_owned(),
            Reason::Exited(exit) => return out(&exit_text(exit, &|n| self.signal_text(n))),
            Reason::Started => "\nProgram stopped.\n".to_owned(),
            Reason::Beginning | Reason::Present => "\nNo more reverse-execution history.\n".to_owned(),
            Reason::Ends(text) => format!("\n{text}\n"),
            Reason::Lost(text) => format!("\nThe past cannot be had: {text}. This is the present.\n"),
            Reason::Stepped | Reason::Reached | Reason::Finished(_) => String::new(),
        };
        if quiet {
            return;
        }
        out(&text);
        let same = before.is_some() && self.here() == before && stop.reason == Reason::Stepped;
        self.place(same, out);
        if let Reason::Finished(value) = stop.reason {
            out(&format!("Value returned in r0: {value:#x} ({})\n", value as i32));
        }
    }

    fn watch_text(&self, id: u32, access: Access, old: &[u8], new: &[u8]) -> String {
        let point = self.session.points().iter().find(|p| p.id == id);
        let spec = point.map(|p| p.spec.clone()).unwrap_or_default();
        let kind = point.map(|p| p.kind.clone());
        let what = match kind {
            Some(Kind::Watch { access: WatchKind::Read, .. }) => "Hardware read watchpoint",
            Some(Kind::Watch { access: WatchKind::Access, .. }) => "Hardware access (read/write) watchpoint",
            _ => "Hardware watchpoint",
        };
        let shown = |contents| self.typed(id, contents);
        let values = match access {
            Access::Write if old != new => {
                format!("Old value = {}\nNew value = {}\n", shown(old), shown(new))
            }
            _ => format!("Value = {}\n", shown(new)),
        };
        format!("\n{what} {id}: {spec}\n\n{values}")
    }

    /// What a watchpoint watches, from its bytes.
    fn typed(&self, id: u32, contents: &[u8]) -> String {
        match (self.watched.get(&id), self.session.memory()) {
            (Some(ty), Ok(memory)) => {
                let value = Value::of(contents, ty.clone());
                value.display(self.session.program(), &**memory, Format::default())
            }
            _ => bytes(contents),
        }
    }

    pub(super) fn note(&self, thread: u32, note: &Note, out: Out<'_>) {
        match note {
            Note::Event(Event::Began) => out(&format!("[New Thread {thread}]\n")),
            Note::Warning { at, text } => {
                let place =
                    self.session.program().symbol_at(*at).map_or(String::new(), |s| format!(" <{s}>"));
                let line = self.session.program().line_at(*at);
                let line = line.map_or(String::new(), |l| format!(" at {}:{}", base(&l.file), l.line));
                out(&format!("warning: {at:#x}{place}{line}: {text}\n"));
            }
            Note::Event(Event::Forked(_)) => out("[A process was forked; it is not debugged]\n"),
            Note::Event(Event::Signal { number, .. }) => {
                let printed = self.session.signals().iter().any(|h| h.signal.number == *number && h.print);
                if printed {
                    out(&format!("\nProgram received signal {}.\n", self.signal_text(*number)));
                }
            }
            _ => {}
        }
    }

    /// Where the selected frame stands, with its line of source.
    fn place(&mut self, same: bool, out: Out<'_>) {
        let number = self.session.frame;
        let Ok(frames) = self.session.frames(number + 1) else { return };
        let Some(frame) = frames.get(number).cloned() else { return };
        let Some(line) = &frame.line else {
            return out(&format!("{}\n", self.describe(&frame, number == 0)));
        };
        if !same {
            out(&format!("{}\n", self.describe(&frame, number == 0)));
        }
        let middle = number == 0 && line.range.start != frame.pc;
        let at = if middle && same { format!("{:#010x}\t", frame.pc) } else { String::new() };
        match self.source_line(&line.file, line.line) {
            Some(text) => out(&format!("{at}{}\t{text}\n", line.line)),
            None => out(&format!("{at}{}\tin {}\n", line.line, base(&line.file))),
        }
    }

    /// `0x8000 in main () at t.c:5`.
    fn describe(&self, frame: &Frame, innermost: bool) -> String {
        let function = frame.function.clone().or_else(|| self.nearest(frame.lookup()));
        let function = function.unwrap_or_else(|| "??".to_owned());
        if function.starts_with("<signal") {
            return function;
        }
        let middle = frame.line.as_ref().is_none_or(|line| !innermost || line.range.start != frame.pc);
        let at = if middle { format!("{:#010x} in ", frame.pc) } else { String::new() };
        let line =
            frame.line.as_ref().map(|l| format!(" at {}:{}", base(&l.file), l.line)).unwrap_or_default();
        format!("{at}{function} ({}){line}", self.arguments(frame))
    }

    /// `a=1, b=0x8000 "text"`, if they are known.
    fn arguments(&self, frame: &Frame) -> String {
        let parameters = self.session.program().variables(frame).into_iter().filter(|v| v.parameter);
        let text = |v: Variable| format!("{}={}", v.name, self.shown_value(&v, frame));
        parameters.map(text).collect::<Vec<String>>().join(", ")
    }

    /// A variable's value; of a pointer without its type, as gdb has it in lists.
    fn shown_value(&self, variable: &Variable, frame: &Frame) -> String {
        let Ok(memory) = self.session.memory() else { return String::new() };
        match variable.value(Some(frame), &**memory) {
            Ok(value) => {
                let text = value.display(self.session.program(), &**memory, Format::default());
                let typed = matches!(value.ty.plain(), Type::Pointer { .. });
                let bare =
                    text.split_once(") ").filter(|_| typed && text.starts_with('(')).map(|(_, bare)| bare);
                bare.unwrap_or(&text).to_owned()
            }
            Err(Missing::OptimizedOut) => "<optimized out>".to_owned(),
            Err(_) => "<unavailable>".to_owned(),
        }
    }

    /// `info locals`, `info args`.
    fn variables(&self, parameters: bool, out: Out<'_>) -> Result<Flow, Error> {
        let frame = self.session.frame_at(self.session.frame)?;
        let all = self.session.program().variables(&frame);
        let mut wanted = all.iter().filter(|v| v.parameter == parameters).peekable();
        if wanted.peek().is_none() {
            out(if parameters { "No arguments.\n" } else { "No locals.\n" });
        }
        for variable in wanted {
            out(&format!("{} = {}\n", variable.name, self.shown_value(variable, &frame)));
        }
        Ok(Flow::More)
    }

    fn nearest(&self, addr: u32) -> Option<String> {
        self.session.program().symbol_at(addr).map(|symbol| symbol.name)
    }

    pub(super) fn frame_text(&self, number: usize) -> Result<String, Error> {
        let frames = self.session.frames(number + 1)?;
        let frame = frames.get(number).ok_or_else(|| Error::new(format!("No frame at level {number}.")))?;
        Ok(format!("#{number:<2} {}", self.describe(frame, number == 0)))
    }
}

fn exit_text(exit: &Exit, signal: &dyn Fn(u32) -> String) -> String {
    match exit {
        Exit::Status(0) => "[Inferior 1 exited normally]\n".to_owned(),
        Exit::Status(status) => format!("[Inferior 1 exited with code {status:02o}]\n"),
        Exit::Signal(number) => {
            format!(
                "\nProgram terminated with signal {}.\nThe program no longer exists.\n",
                signal(*number as u32)
            )
        }
    }
}

/// A value of 1, 2, 4 or 8 bytes as a signed number, with hexadecimal; more as bytes.
fn bytes(bytes: &[u8]) -> String {
    let mut wide = [0; 8];
    if !matches!(bytes.len(), 1 | 2 | 4 | 8) {
        let shown: Vec<String> = bytes.iter().take(32).map(|b| format!("{b:02x}")).collect();
        let more = if bytes.len() > 32 { "..." } else { "" };
        return format!("{{{}{more}}}", shown.join(" "));
    }
    wide[..bytes.len()].copy_from_slice(bytes);
    let value = u64::from_le_bytes(wide);
    let shift = 64 - 8 * bytes.len() as u32;
    format!("{} ({value:#x})", (value << shift) as i64 >> shift)
}

pub(super) fn backtrace(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    const MOST: usize = 1000;
    let most = match text {
        "" => MOST,
        _ => i.session.evaluate(text)?.clamp(0, MOST as i64) as usize,
    };
    let frames = i.session.frames(most + 1)?;
    for (number, frame) in frames.iter().take(most).enumerate() {
        out(&format!("#{number:<2} {}\n", i.describe(frame, number == 0)));
    }
    if frames.len() > most {
        out("(More stack frames follow...)\n");
    }
    Ok(Flow::More)
}

pub(super) fn frame(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    if !text.is_empty() {
        select(i, i.session.evaluate(text)?)?;
    }
    shown(i, out)
}

fn select(i: &mut Interpreter, number: i64) -> Result<(), Error> {
    let number = usize::try_from(number).map_err(|_| Error::new(format!("No frame at level {number}.")))?;
    i.frame_text(number)?;
    i.session.frame = number;
    Ok(())
}

fn shown(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    out(&format!("#{:<2} ", i.session.frame));
    i.session.thread()?;
    i.listed = None;
    i.place(false, out);
    Ok(Flow::More)
}

pub(super) fn up(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let by = super::count(&i.session, text)? as i64;
    let wanted = i.session.frame as i64 + by;
    select(i, wanted).map_err(|_| Error::new("Initial frame selected; you can't go up."))?;
    shown(i, out)
}

pub(super) fn down(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let by = super::count(&i.session, text)? as i64;
    let wanted = i.session.frame as i64 - by;
    select(i, wanted).map_err(|_| Error::new("Bottom (innermost) frame selected; you can't go down."))?;
    shown(i, out)
}

pub(super) fn thread(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    if text.is_empty() {
        let number = i.session.thread()?.number;
        out(&format!("[Current thread is {number}]\n"));
    } else {
        let number = text.parse().map_err(|_| Error::new(format!("Invalid thread ID: {text}")))?;
        i.session.select_thread(number)?;
        out(&format!("[Switching to thread {number}]\n"));
    }
    shown(i, out)
}

pub(super) fn info(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (what, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is = |name: &str, least: usize| what.len() >= least && name.starts_with(what);
    let rest = rest.trim();
    if is("registers", 1) {
        registers(i, rest, out)
    } else if is("float", 2) {
        list(&i.session.float_registers()?, out)
    } else if is("vector", 1) || is("all-registers", 3) {
        list(&i.session.vector_registers()?, out)
    } else if is("breakpoints", 1) || is("watchpoints", 1) {
        breakpoints(i, out)
    } else if is("threads", 1) {
        threads(i, out)
    } else if is("frame", 1) {
        frame(i, "", out)
    } else if is("stack", 3) {
        backtrace(i, rest, out)
    } else if is("signals", 3) || is("handle", 1) {
        out("Signal        Stop\tPrint\tPass to program\tDescription\n");
        i.session.signals().iter().for_each(|handling| out(&running::handling(handling)));
        Ok(Flow::More)
    } else if is("locals", 2) {
        i.variables(false, out)
    } else if is("args", 2) {
        i.variables(true, out)
    } else if is("line", 2) {
        super::source::info_line(i, rest, out)
    } else if is("symbol", 2) {
        let addr = i.session.evaluate(rest)? as u32;
        match i.session.program().symbol_at(addr) {
            Some(symbol) => out(&format!("{symbol} in section\n").replace(" in section", "")),
            None => out(&format!("No symbol matches {rest}.\n")),
        }
        Ok(Flow::More)
    } else if is("checks", 2) {
        super::checks::info(i, out)
    } else if is("state", 3) {
        super::state::info(i, out)
    } else if is("position", 2) {
        super::reverse::position(i, out)
    } else if is("program", 1) {
        let retired = i.session.retired()?;
        out(&format!("{}: {retired} instructions done by this thread.\n", i.session.personality().name()));
        Ok(Flow::More)
    } else if is("sharedlibrary", 2) {
        i.session
            .program()
            .modules()
            .for_each(|module| out(&format!("{:#010x}  {}\n", module.bias(), base(module.name()))));
        Ok(Flow::More)
    } else {
        Err(Error::new(format!("Undefined info command: \"{text}\".  Try \"help info\".")))
    }
}

fn registers(i: &mut Interpreter, names: &str, out: Out<'_>) -> Result<Flow, Error> {
    if names.is_empty() {
        return list(&i.session.core_registers()?, out);
    }
    let find = |name: &str| i.session.register(name.trim_start_matches('$'));
    let found: Vec<Register> = names.split_whitespace().map(find).collect::<Result<_, _>>()?;
    list(&found, out)
}

fn list(registers: &[Register], out: Out<'_>) -> Result<Flow, Error> {
    for register in registers {
        let value = register.value;
        let shown = match register.view {
            View::Core => (value as u32 as i32).to_string(),
            View::Address => format!("{value:#x}"),
            View::Flags => flags(register.name(), value as u32),
            View::Single => float(f32::from_bits(value as u32).into()),
            View::Double => float(f64::from_bits(value as u64)),
            View::Quad => {
                let lane = |n: u32| format!("{:#x}", (value >> (32 * n)) as u32);
                format!("{{{}, {}, {}, {}}}", lane(0), lane(1), lane(2), lane(3))
            }
        };
        out(&format!("{:<15}{:<18} {shown}\n", register.name(), format!("{value:#x}")));
    }
    Ok(Flow::More)
}

fn float(value: f64) -> String {
    format!("{value:?}")
}

/// The flags that are set, by their letters (ARM ARM B1.3.3, B4.1.58).
fn flags(name: &str, value: u32) -> String {
    let letters: &[(u32, &str)] = match name {
        "fpscr" => &[(31, "N"), (30, "Z"), (29, "C"), (28, "V"), (27, "QC"), (25, "DN"), (24, "FZ")],
        _ => &[(31, "N"), (30, "Z"), (29, "C"), (28, "V"), (27, "Q"), (5, "T")],
    };
    let set: Vec<&str> =
        letters.iter().filter(|(bit, _)| value >> bit & 1 != 0).map(|(_, name)| *name).collect();
    format!("[ {} ]", set.join(" ")).replace("[  ]", "[ ]")
}

fn threads(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    let current = i.session.thread()?.number;
    let frame = i.session.frame;
    out("  Id   Frame\n");
    for thread in i.session.threads() {
        i.session.select_thread(thread.number)?;
        let frames = i.session.frames(1)?;
        let at = frames.first().map(|frame| i.describe(frame, true)).unwrap_or_default();
        let mark = if thread.number == current { '*' } else { ' ' };
        let calling = if thread.whereabouts == Whereabouts::Calling { " (in a system call)" } else { "" };
        out(&format!("{mark} {:<4} {at}{calling}\n", thread.number));
    }
    i.session.select_thread(current)?;
    i.session.frame = frame;
    Ok(Flow::More)
}

fn breakpoints(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    if i.session.points().is_empty() {
        out("No breakpoints or watchpoints.\n");
        return Ok(Flow::More);
    }
    out("Num     Type           Disp Enb Address    What\n");
    for point in i.session.points() {
        let (kind, what) = match &point.kind {
            Kind::Break(places) => ("breakpoint", i.places_text(places, &point.spec)),
            Kind::Watch { access: WatchKind::Read, .. } => ("read watchpoint", point.spec.clone()),
            Kind::Watch { access: WatchKind::Access, .. } => ("acc watchpoint", point.spec.clone()),
            Kind::Watch { .. } => ("hw watchpoint", point.spec.clone()),
            other => ("catchpoint", points::catchpoint(i, other)),
        };
        let pad = if matches!(point.kind, Kind::Break(_)) { String::new() } else { " ".repeat(11) };
        let disp = if point.temporary { "del" } else { "keep" };
        let enabled = if point.enabled { "y" } else { "n" };
        out(&format!("{:<7} {kind:<14} {disp:<4} {enabled:<3} {pad}{what}\n", point.id));
        if let Some(condition) = &point.condition {
            out(&format!("\tstop only if {condition}\n"));
        }
        if let Some(thread) = point.thread {
            out(&format!("\tstop only in thread {thread}\n"));
        }
        if point.hits > 0 {
            let plural = if point.hits == 1 { "" } else { "s" };
            out(&format!("\tbreakpoint already hit {} time{plural}\n", point.hits));
        }
        if point.ignore > 0 {
            out(&format!("\tignore next {} hits\n", point.ignore));
        }
        point.commands.iter().for_each(|command| out(&format!("        {command}\n")));
    }
    Ok(Flow::More)
}

impl Interpreter {
    fn places_text(&self, places: &[crate::Place], spec: &str) -> String {
        let text = |place: &crate::Place| {
            let line = self.session.program().line_at(place.addr);
            let function = self.nearest(place.addr);
            let at = match (function, line) {
                (Some(f), Some(l)) => format!("in {f} at {}:{}", base(&l.file), l.line),
                (Some(_), None) => {
                    let symbol = self.session.program().symbol_at(place.addr);
                    format!("<{}>", symbol.map(|s| s.to_string()).unwrap_or_default())
                }
                (None, Some(l)) => format!("{}:{}", base(&l.file), l.line),
                (None, None) => String::new(),
            };
            format!("{:#010x} {at}", place.addr).trim_end().to_owned()
        };
        match places {
            [] => format!("<PENDING>  {spec}"),
            _ => places.iter().map(text).collect::<Vec<String>>().join(", "),
        }
    }
}

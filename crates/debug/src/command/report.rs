//! Why the program stopped and where it stands: stops, frames, threads.

use super::{Flow, Interpreter, Out};
use crate::Error;
use crate::points::Kind;
use crate::session::{Note, Reason, Stop};
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
    pub(super) fn describe(&self, frame: &Frame, innermost: bool) -> String {
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
    pub(super) fn variables(&self, parameters: bool, out: Out<'_>) -> Result<Flow, Error> {
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

    pub(super) fn nearest(&self, addr: u32) -> Option<String> {
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

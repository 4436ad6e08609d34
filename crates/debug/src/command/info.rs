//! `info`: what is known of the program, the session and the debugger.

use super::{Flow, Interpreter, Out, checks, points, report, reverse, running, source, state, table};
use crate::points::Kind;
use crate::{Error, Register, View, Whereabouts};
use skink_machine::WatchKind;

/// A word behind `info`.
struct What {
    /// In full.
    name: &'static str,
    /// So many letters of it are enough.
    least: usize,
    run: fn(&mut Interpreter, &str, Out<'_>) -> Result<Flow, Error>,
}

/// gdb's words and abbreviations, and some of its own; the first that fits counts.
#[rustfmt::skip]
static ALL: &[What] = &[
    What { name: "registers", least: 1, run: registers },
    What { name: "float", least: 2, run: |i, _, out| list(&i.session.float_registers()?, out) },
    What { name: "vector", least: 1, run: vectors },
    What { name: "all-registers", least: 3, run: vectors },
    What { name: "breakpoints", least: 1, run: breakpoints },
    What { name: "watchpoints", least: 1, run: breakpoints },
    What { name: "threads", least: 1, run: threads },
    What { name: "frame", least: 1, run: |i, _, out| report::frame(i, "", out) },
    What { name: "stack", least: 3, run: report::backtrace },
    What { name: "signals", least: 3, run: signals },
    What { name: "handle", least: 1, run: signals },
    What { name: "locals", least: 2, run: |i, _, out| i.variables(false, out) },
    What { name: "args", least: 2, run: |i, _, out| i.variables(true, out) },
    What { name: "line", least: 2, run: source::info_line },
    What { name: "symbol", least: 2, run: symbol },
    What { name: "checks", least: 2, run: |i, _, out| checks::info(i, out) },
    What { name: "state", least: 3, run: |i, _, out| state::info(i, out) },
    What { name: "position", least: 2, run: |i, _, out| reverse::position(i, out) },
    What { name: "program", least: 1, run: program },
    What { name: "sharedlibrary", least: 2, run: libraries },
];

/// All words that may follow.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|what| what.name)
}

pub(super) fn info(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let fits = |what: &&What| word.len() >= what.least && what.name.starts_with(word);
    match ALL.iter().find(fits) {
        _ if word.is_empty() => table::help(i, "info", out),
        Some(what) => (what.run)(i, rest.trim(), out),
        None => Err(Error::new(format!("Undefined info command: \"{text}\".  Try \"help info\"."))),
    }
}

fn vectors(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    list(&i.session.vector_registers()?, out)
}

fn signals(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    out("Signal        Stop\tPrint\tPass to program\tDescription\n");
    i.session.signals().iter().for_each(|handling| out(&running::handling(handling)));
    Ok(Flow::More)
}

fn symbol(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let addr = i.session.evaluate(text)? as u32;
    match i.session.program().symbol_at(addr) {
        Some(symbol) => out(&format!("{symbol}\n")),
        None => out(&format!("No symbol matches {text}.\n")),
    }
    Ok(Flow::More)
}

fn program(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    let retired = i.session.retired()?;
    out(&format!("{}: {retired} instructions done by this thread.\n", i.session.personality().name()));
    Ok(Flow::More)
}

fn libraries(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    for module in i.session.program().modules() {
        out(&format!("{:#010x}  {}\n", module.bias(), report::base(module.name())));
    }
    Ok(Flow::More)
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

fn threads(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
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

fn breakpoints(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
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
                (Some(f), Some(l)) => format!("in {f} at {}:{}", report::base(&l.file), l.line),
                (Some(_), None) => {
                    let symbol = self.session.program().symbol_at(place.addr);
                    format!("<{}>", symbol.map(|s| s.to_string()).unwrap_or_default())
                }
                (None, Some(l)) => format!("{}:{}", report::base(&l.file), l.line),
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

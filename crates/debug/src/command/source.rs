//! Commands that show code: source text, disassembly, explanations.

use super::report::base;
use super::{Flow, Interpreter, Out};
use crate::Error;
use crate::points::Place;

/// Lines that `list` shows at a time.
const LINES: u32 = 10;

impl Interpreter {
    pub(super) fn source_line(&self, file: &str, line: u32) -> Option<String> {
        let text = self.session.source_text(file)?;
        text.lines().nth(line.checked_sub(1)? as usize).map(str::to_owned)
    }

    /// The file and line of a place that a user names, or of the selected frame.
    fn located(&self, spec: &str) -> Result<(String, u32), Error> {
        if let Ok(line) = spec.parse::<u32>() {
            let (file, _) = self.listed.clone().map_or_else(|| self.located(""), Ok)?;
            return Ok((file, line));
        }
        if let Some((file, line)) = spec.rsplit_once(':')
            && let Ok(line) = line.parse::<u32>()
        {
            let known = self.session.program().sources();
            let full = known.iter().find(|path| path.ends_with(file)).cloned();
            return Ok((full.unwrap_or_else(|| file.to_owned()), line));
        }
        let none = || Error::new("No symbol table is loaded.  Use the \"file\" command.");
        if spec.is_empty() {
            let frames = self.session.frames(self.session.frame + 1).unwrap_or_default();
            let here = frames.get(self.session.frame).and_then(|frame| frame.line.clone());
            let main = || {
                let place = self.session.program().address_of("main")?;
                self.session.program().line_at(place.addr)
            };
            let line = here.or_else(main).ok_or_else(none)?;
            return Ok((line.file, line.line));
        }
        let place = self.session.places(spec)?.first().copied().ok_or_else(none)?;
        let line = self.session.program().line_at(place.addr).ok_or_else(none)?;
        Ok((line.file, line.line))
    }
}

pub(super) fn list(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (file, first, last) = match (text, i.listed.clone()) {
        ("", Some((file, next))) => (file, next, next + LINES - 1),
        _ => match text
            .split_once(',')
            .and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)))
        {
            Some((first, last)) => (i.located("1")?.0, first, last),
            None => {
                let (file, line) = i.located(text)?;
                let first = line.saturating_sub(LINES / 2).max(1);
                (file, first, first + LINES - 1)
            }
        },
    };
    let Some(source) = i.session.source_text(&file) else {
        return Err(Error::new(format!("{}: No such file or directory.", base(&file))));
    };
    let mut shown = 0;
    for (number, line) in (1..).zip(source.lines()).skip(first.saturating_sub(1) as usize) {
        if number > last {
            break;
        }
        out(format!("{number}\t{line}").trim_end());
        out("\n");
        shown = number;
    }
    if shown == 0 {
        let count = source.lines().count();
        return Err(Error::new(format!(
            "Line number {first} out of range; \"{}\" has {count} lines.",
            base(&file)
        )));
    }
    i.listed = Some((file, shown + 1));
    Ok(Flow::More)
}

pub(super) fn info_line(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let places = i.session.places(text)?;
    for place in places {
        match i.session.program().line_at(place.addr) {
            Some(line) => out(&format!(
                "Line {} of \"{}\" starts at address {:#x} and ends at {:#x}.\n",
                line.line,
                base(&line.file),
                line.range.start,
                line.range.end
            )),
            None => out(&format!("No line number information available for address {:#x}\n", place.addr)),
        }
    }
    Ok(Flow::More)
}

pub(super) fn disassemble(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let text = text.trim_start_matches(['/', 'm', 'r', 's']).trim();
    let (start, end) = match text.split_once(',') {
        Some((start, end)) => {
            let start = i.session.evaluate(start)? as u32;
            let end = match end.trim().strip_prefix('+') {
                Some(length) => start.saturating_add(i.session.evaluate(length)? as u32),
                None => i.session.evaluate(end)? as u32,
            };
            (start & !1, end)
        }
        None => {
            let addr = match text {
                "" => i.session.cpu()?.r[15],
                _ => i.session.evaluate(text)? as u32,
            };
            let function = i.session.program().functions_at(addr).into_iter().next();
            let range = function.and_then(|f| f.ranges.into_iter().find(|range| range.contains(&addr)));
            let range = range.ok_or_else(|| Error::new("No function contains specified address."))?;
            out(&format!("Dump of assembler code for function {}:\n", i.symbol(range.start)));
            (range.start, range.end)
        }
    };
    let place = Place { addr: start, thumb: i.session.is_thumb(start) };
    i.instructions(place, end, usize::MAX, out)?;
    out("End of assembler dump.\n");
    Ok(Flow::More)
}

/// What the instruction at PC, or at another address with the registers as they are, will do.
pub(super) fn explain(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let addr = match text {
        "" => None,
        _ => Some(i.session.evaluate(text.trim_start_matches('*'))? as u32),
    };
    let (addr, text, lines) = i.session.explanation(addr)?;
    out(&format!("{addr:#010x}:\t{text}\n"));
    lines.iter().for_each(|line| out(&format!("    {line}\n")));
    Ok(Flow::More)
}

impl Interpreter {
    /// The name of an address, without an offset if it has none.
    fn symbol(&self, addr: u32) -> String {
        self.session.program().symbol_at(addr).map(|symbol| symbol.to_string()).unwrap_or_default()
    }

    /// Disassembly as `x/i` shows it: `=>` at PC, `~` where the program is not what was loaded. Says where it ends.
    pub(super) fn instructions(
        &self,
        start: Place,
        end: u32,
        count: usize,
        out: Out<'_>,
    ) -> Result<u32, Error> {
        let pc = self.session.cpu().map(|cpu| cpu.r[15]).ok();
        let mut behind = start.addr;
        for line in self.session.disassemble(start, end, count)? {
            let here = if pc == Some(line.place.addr) { "=>" } else { "  " };
            let changed = if line.changed { '~' } else { ' ' };
            let name = match self.symbol(line.place.addr) {
                name if name.is_empty() => String::new(),
                name => format!(" <{name}>"),
            };
            let target = self.target(&line.text);
            out(&format!("{here}{changed}{:#010x}{name}:\t{}{target}\n", line.place.addr, line.text));
            behind = line.place.addr.wrapping_add(line.bytes.len() as u32);
        }
        Ok(behind)
    }

    /// The name of the address that a branch goes to.
    fn target(&self, text: &str) -> String {
        self.session.branch_target(text).map(|name| format!(" <{name}>")).unwrap_or_default()
    }
}

//! The names of the commands.

use super::{Flow, Interpreter, Out, checks, data, info, points, report, reverse, running, source};
use crate::Error;

type Run = fn(&mut Interpreter, &str, Out<'_>) -> Result<Flow, Error>;

/// A command.
pub(super) struct Command {
    /// In full.
    name: &'static str,
    /// Other names.
    aliases: &'static [&'static str],
    pub(super) run: Run,
    /// What it does, in a line.
    help: &'static str,
}

const fn command(
    name: &'static str,
    aliases: &'static [&'static str],
    run: Run,
    help: &'static str,
) -> Command {
    Command { name, aliases, run, help }
}

/// In the order of preference for an abbreviation.
static COMMANDS: &[Command] = &[
    command(
        "advance",
        &[],
        running::advance,
        "advance LOCATION: go on up to LOCATION, or the return from this frame.",
    ),
    command("awatch", &[], points::awatch, "awatch ADDRESS[, LENGTH]: stop at reads and writes there."),
    command(
        "backtrace",
        &["bt", "where"],
        report::backtrace,
        "backtrace [N]: the call stack, or its innermost N frames.",
    ),
    command(
        "break",
        &["b", "br", "brk"],
        points::break_,
        "break [LOCATION] [thread N] [if CONDITION]: stop at FUNCTION, FILE:LINE, LINE or *ADDRESS.",
    ),
    command("catch", &[], points::catch, "catch syscall [NAME...] | signal [NAME...] | fork: stop there."),
    command(
        "check",
        &[],
        checks::check,
        "check on|off [NAME...]: warn of what is likely to be a mistake; info checks lists the names.",
    ),
    command(
        "commands",
        &[],
        points::commands,
        "commands [N]: the lines up to `end` are done whenever breakpoint N stops the program.",
    ),
    command(
        "condition",
        &[],
        points::condition,
        "condition N [CONDITION]: breakpoint N stops only if CONDITION is not 0; without one always.",
    ),
    command(
        "continue",
        &["c", "fg"],
        running::continue_,
        "continue [N]: go on; pass this breakpoint N-1 times.",
    ),
    command("delete", &["d"], points::delete, "delete [N...]: take away these breakpoints, or all."),
    command("detach", &[], running::detach, "detach: let the program go on without the debugger."),
    command(
        "disable",
        &["dis"],
        points::disable,
        "disable [N...]: these breakpoints, or all, do not count for a while.",
    ),
    command(
        "disassemble",
        &["disas"],
        source::disassemble,
        "disassemble [START[,END] | START,+LENGTH]: a function or a range.",
    ),
    command("display", &[], data::print, "display EXPRESSION: as print."),
    command("down", &["dow"], report::down, "down [N]: select the frame that this one called."),
    command("echo", &[], data::echo, "echo TEXT: print TEXT; \\n is a new line."),
    command(
        "enable",
        &["en"],
        points::enable,
        "enable [once | delete] [N...]: these breakpoints, or all, count again.",
    ),
    command(
        "explain",
        &[],
        source::explain,
        "explain [ADDRESS]: what the next instruction reads and writes.",
    ),
    command("finish", &["fin"], running::finish, "finish: go on until this function returns."),
    command("frame", &["f"], report::frame, "frame [N]: select a frame; say where it is."),
    command("goto", &[], reverse::goto, "goto N: to the moment with N instructions done, back or forwards."),
    command(
        "handle",
        &[],
        points::handle,
        "handle SIGNAL [stop|nostop|print|noprint|pass|nopass]: what happens at a signal.",
    ),
    command("help", &["h"], help, "help [COMMAND]: this list, or one of it."),
    command("ignore", &[], points::ignore, "ignore N COUNT: pass breakpoint N that many times."),
    command(
        "info",
        &["i", "inf"],
        info::info,
        "info WHAT: what is known of the program, the session and the debugger. WHAT is one of",
    ),
    command("jump", &["j"], running::jump, "jump LOCATION: go on from there."),
    command("kill", &["k"], running::kill, "kill: end the program."),
    command(
        "last-write",
        &[],
        reverse::last_write,
        "last-write VARIABLE | ADDRESS[, LENGTH]: back to the instruction that wrote there last.",
    ),
    command("list", &["l"], source::list, "list [LINE | FILE:LINE | FUNCTION]: source text."),
    command("next", &["n"], running::next, "next [N]: to another line, calls done whole."),
    command("nexti", &["ni"], running::nexti, "nexti [N]: one instruction, calls done whole."),
    command(
        "print",
        &["p", "inspect", "output", "call"],
        data::print,
        "print[/FORMAT] EXPRESSION: its value.",
    ),
    command("quit", &["q", "exit"], quit, "quit: end the session and the program."),
    command(
        "reverse-continue",
        &["rc"],
        reverse::reverse_continue,
        "reverse-continue [N]: back to where a point was hit last.",
    ),
    command(
        "reverse-finish",
        &[],
        reverse::reverse_finish,
        "reverse-finish: back to the call of this function.",
    ),
    command(
        "reverse-next",
        &["rn"],
        reverse::reverse_next,
        "reverse-next [N]: back to the beginning of a line, calls undone whole.",
    ),
    command(
        "reverse-nexti",
        &["rni"],
        reverse::reverse_nexti,
        "reverse-nexti [N]: back by one instruction, calls undone whole.",
    ),
    command(
        "reverse-step",
        &["rs"],
        reverse::reverse_step,
        "reverse-step [N]: back to the beginning of a line, into functions.",
    ),
    command(
        "reverse-stepi",
        &["rsi"],
        reverse::reverse_stepi,
        "reverse-stepi [N]: back by one instruction, or N.",
    ),
    command("run", &["r"], running::run, "run: start the program from its beginning."),
    command("rwatch", &[], points::rwatch, "rwatch ADDRESS[, LENGTH]: stop at reads there."),
    command("find", &[], data::find, "find START, END, VALUE...: where these bytes stand."),
    command("set", &[], data::set, "set $REGISTER = VALUE, set {int|short|char}ADDRESS = VALUE, set var ..."),
    command("signal", &[], running::signal, "signal 0 | NAME: go on without, or with, the signal that came."),
    command("start", &[], running::start, "start: run up to main."),
    command("starti", &[], running::starti, "starti: start the program and stop at its first instruction."),
    command("step", &["s"], running::step, "step [N]: to another line, into functions."),
    command("stepi", &["si"], running::stepi, "stepi [N]: one instruction, or N."),
    command("tbreak", &["tb", "tbr"], points::tbreak, "tbreak [LOCATION]: a breakpoint for one time."),
    command("thread", &["t"], report::thread, "thread [N]: select a thread; say which one is."),
    command(
        "until",
        &["u"],
        running::until,
        "until [LOCATION]: as next, but not back in a loop; or up to LOCATION.",
    ),
    command("up", &[], report::up, "up [N]: select the frame that called this one."),
    command(
        "watch",
        &["wa"],
        points::watch,
        "watch ADDRESS[, LENGTH] [if CONDITION]: stop where a value changes.",
    ),
    command(
        "x",
        &[],
        data::examine,
        "x[/COUNT FORMAT SIZE] ADDRESS: memory. Formats x d u o t c a s i, sizes b h w g.",
    ),
];

impl Command {
    /// In full.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// What is to be said of it, with the words that it knows.
    fn help(&self) -> String {
        match self.name {
            "info" => format!("{} {}.\n", self.help, info::names().collect::<Vec<_>>().join(", ")),
            _ => format!("{}\n", self.help),
        }
    }
}

/// The names of all commands.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.name)
}

/// The name and the rest of a line. Of `x/4i` the name is `x`.
pub(super) fn split(line: &str) -> (&str, &str) {
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(line.len());
    line.split_at(end)
}

/// A command by its name, an alias or an abbreviation that means only one.
pub(super) fn find(name: &str) -> Result<&'static Command, Error> {
    let exact = |c: &&Command| c.name == name || c.aliases.contains(&name);
    if let Some(command) = COMMANDS.iter().find(exact) {
        return Ok(command);
    }
    let short: Vec<&Command> =
        COMMANDS.iter().filter(|c| !name.is_empty() && c.name.starts_with(name)).collect();
    match &short[..] {
        [one] => Ok(one),
        [] => Err(Error::new(format!("Undefined command: \"{name}\".  Try \"help\"."))),
        many => {
            let names: Vec<&str> = many.iter().map(|c| c.name).collect();
            Err(Error::new(format!("Ambiguous command \"{name}\": {}.", names.join(", "))))
        }
    }
}

pub(super) fn help(_: &mut Interpreter, name: &str, out: Out<'_>) -> Result<Flow, Error> {
    match name {
        "" => COMMANDS.iter().for_each(|command| out(&command.help())),
        _ => out(&find(name)?.help()),
    }
    Ok(Flow::More)
}

fn quit(_: &mut Interpreter, _: &str, _: Out<'_>) -> Result<Flow, Error> {
    Ok(Flow::Quit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gdbs_abbreviations() {
        let of = |name: &str| find(name).map(|c| c.name).map_err(|e| e.to_string());
        for (short, name) in [
            ("b", "break"),
            ("tb", "tbreak"),
            ("c", "continue"),
            ("s", "step"),
            ("n", "next"),
            ("si", "stepi"),
            ("ni", "nexti"),
            ("fin", "finish"),
            ("bt", "backtrace"),
            ("i", "info"),
            ("p", "print"),
            ("x", "x"),
            ("disas", "disassemble"),
            ("cond", "condition"),
            ("dis", "disable"),
        ] {
            assert_eq!(of(short).as_deref(), Ok(name), "{short}");
        }
        assert!(of("frobnicate").is_err_and(|e| e.contains("frobnicate")));
    }

    #[test]
    fn a_name_ends_before_a_format() {
        assert_eq!(split("x/4i $pc"), ("x", "/4i $pc"));
        assert_eq!(split("p/x $r0"), ("p", "/x $r0"));
        assert_eq!(split("b *0x8000"), ("b", " *0x8000"));
    }
}

//! Commands that resume the program.

use super::{Flow, Interpreter, Out, count};
use crate::session::{Reason, Stop};
use crate::{Error, Handling};

/// Repeats a step until it is done so often, or something else stops it.
pub(super) fn steps(
    i: &mut Interpreter,
    times: u64,
    out: Out<'_>,
    step: impl Fn(&mut Interpreter) -> Result<Stop, Error>,
) -> Result<Flow, Error> {
    let mut before = i.here();
    for n in 1..=times {
        let mut stop = step(i)?;
        let goes_on = stop.reason == Reason::Stepped && n < times;
        if goes_on && !i.session.takes_pause() {
            continue;
        }
        if goes_on {
            stop = i.session.paused(stop);
        }
        i.report(&stop, before.take(), out);
        break;
    }
    Ok(Flow::More)
}

pub(super) fn run(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    if !i.session.is_fresh() {
        i.session.start()?;
    }
    out(&format!("Starting program: {}\n", i.session.personality().name()));
    let stop = i.session.go()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn starti(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    out(&format!("Starting program: {}\n", i.session.personality().name()));
    let stop = i.session.start()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn start(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    super::points::start(i, out)?;
    run(i, "", out)
}

pub(super) fn continue_(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    if times > 1 {
        i.ignore_here(times - 1, out);
    }
    i.session.thread()?;
    out("Continuing.\n");
    let stop = i.session.go()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn step(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.step_line(false))
}

pub(super) fn next(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.step_line(true))
}

pub(super) fn stepi(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, 1, out, |i| i.session.step_instructions(times))
}

pub(super) fn nexti(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.next_instruction())
}

pub(super) fn finish(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    let frame = i.frame_text(i.session.frame)?;
    i.session.caller()?;
    out(&format!("Run till exit from {frame}\n"));
    let stop = i.session.finish()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn until(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let before = i.here();
    let stop = match text {
        "" => i.session.until_next()?,
        _ => {
            let places = i.session.places(text)?;
            i.session.advance(&places)?
        }
    };
    i.report(&stop, before.filter(|_| text.is_empty()), out);
    Ok(Flow::More)
}

pub(super) fn advance(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    if text.is_empty() {
        return Err(Error::new("Argument required (a location)."));
    }
    until(i, text, out)
}

pub(super) fn jump(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let places = i.session.places(text)?;
    let [place] = places[..] else {
        return Err(Error::new(format!("Expected one place, found {}.", places.len())));
    };
    i.session.change_cpu(|cpu| (cpu.r[15], cpu.thumb, cpu.it) = (place.addr, place.thumb, 0))?;
    out(&format!("Continuing at {:#x}.\n", place.addr));
    let stop = i.session.go()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn signal(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let delivered = match text {
        "" => return Err(Error::new("Argument required (signal number).")),
        "0" => false,
        word => {
            let wanted = i.session.signal_named(word)?;
            if i.signalled != Some(wanted) {
                return Err(Error::new(
                    "Only the signal that the program was stopped for can be delivered, or none: signal 0.",
                ));
            }
            true
        }
    };
    match delivered {
        true => out(&format!("Continuing with signal {}.\n", i.signal_name(i.signalled.unwrap_or(0)))),
        false => out("Continuing with no signal.\n"),
    }
    let stop = i.session.go_with_signal(delivered)?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn kill(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    i.session.thread()?;
    match i.session.kill() {
        true => out("[Inferior 1 killed]\n"),
        false => out("[Inferior 1 killed; some of its threads are still in system calls]\n"),
    }
    Ok(Flow::More)
}

pub(super) fn detach(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    i.session.thread()?;
    out("[Inferior 1 detached]\n");
    i.session.detach();
    i.session.wait_for_end();
    Ok(Flow::More)
}

/// What `handle` says of a signal.
pub(super) fn handling(handling: &Handling) -> String {
    let yes = |flag| if flag { "Yes" } else { "No" };
    format!(
        "{:<13} {}\t{}\t{}\t\t{}\n",
        handling.signal.name,
        yes(handling.stop),
        yes(handling.print),
        yes(handling.pass),
        handling.signal.meaning
    )
}

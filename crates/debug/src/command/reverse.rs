//! Commands that go back.

use super::running::steps;
use super::{Flow, Interpreter, Out, count};
use crate::Error;
use crate::session::Reason;

pub(super) fn reverse_stepi(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, 1, out, |i| i.session.reverse_instructions(times))
}

pub(super) fn reverse_nexti(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.reverse_next_instruction())
}

pub(super) fn reverse_step(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.reverse_line(false))
}

pub(super) fn reverse_next(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    steps(i, times, out, |i| i.session.reverse_line(true))
}

pub(super) fn reverse_finish(i: &mut Interpreter, _: &str, out: Out<'_>) -> Result<Flow, Error> {
    let frame = i.frame_text(i.session.frame)?;
    i.session.caller()?;
    i.session.position()?;
    out(&format!("Run back to call of {frame}\n"));
    let stop = i.session.reverse_finish()?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn reverse_continue(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let times = count(&i.session, text)?;
    i.session.position()?;
    out("Continuing.\n");
    for n in 1..=times {
        let stop = i.session.reverse_go()?;
        let goes_on = matches!(stop.reason, Reason::Breakpoint(_) | Reason::Watch { .. }) && n < times;
        if !goes_on {
            i.report(&stop, None, out);
            break;
        }
    }
    Ok(Flow::More)
}

pub(super) fn goto(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    if text.is_empty() {
        return Err(Error::new("Argument required (a count of instructions)."));
    }
    let to = u64::try_from(i.session.evaluate(text)?);
    let to = to.map_err(|_| Error::new(format!("Expected a count of instructions, found {text}.")))?;
    let stop = i.session.goto(to)?;
    i.report(&stop, None, out);
    Ok(Flow::More)
}

pub(super) fn last_write(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    if text.trim().is_empty() {
        return Err(Error::new("Argument required (a variable, or an address)."));
    }
    let (addr, len, _) = i.watched_range(text.trim())?;
    let stop = i.session.last_write(addr, len.clamp(1, 1 << 20))?;
    if let Reason::Watch { addr, .. } = stop.reason {
        out(&format!("\nThe last write to {addr:#x} is made by this instruction:\n"));
    }
    let reason = match stop.reason {
        Reason::Watch { .. } => Reason::Reached,
        other => other,
    };
    i.report(&crate::Stop { reason, ..stop }, None, out);
    Ok(Flow::More)
}

pub(super) fn position(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    let at = i.session.position()?;
    if i.session.is_recording() {
        out(&format!(
            "Instruction {} of a recording that goes from {} to {}.\n",
            at.now, at.first, at.present
        ));
        return Ok(Flow::More);
    }
    let place = if i.session.is_past() { "in the past" } else { "the present" };
    out(&format!(
        "Instruction {} ({place}); the present is at {}, the past begins at {}.\n",
        at.now, at.present, at.first
    ));
    Ok(Flow::More)
}

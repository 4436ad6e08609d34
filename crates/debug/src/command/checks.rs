//! `check` and `info checks`.

use super::{Flow, Interpreter, Out};
use crate::Error;
use crate::checks::{CHECKS, flag};

pub(super) fn check(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let mut words = text.split_whitespace();
    let on = match words.next() {
        Some("on") => true,
        Some("off") => false,
        None => return info(i, out),
        Some(other) => return Err(Error::new(format!("Expected check on or check off, found `{other}'."))),
    };
    let mut names: Vec<&str> = words.collect();
    if names.is_empty() {
        names = CHECKS.iter().map(|(name, _)| *name).collect();
    }
    i.session.set_check(names, on)?;
    Ok(Flow::More)
}

pub(super) fn info(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    let mut checks = i.session.checks();
    out("Check      On   What is checked\n");
    for (index, (name, meaning)) in CHECKS.iter().enumerate() {
        let on = if *flag(&mut checks, index) { "y" } else { "n" };
        out(&format!("{name:<10} {on:<4} {meaning}\n"));
    }
    Ok(Flow::More)
}

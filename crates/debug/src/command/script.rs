//! Scripts: files of commands.

use super::{Flow, Interpreter, Out};
use crate::Error;
use crate::session::Reason;
use std::path::Path;

impl Interpreter {
    /// Does the lines of a file, up to the first that fails or in which the program is paused: whoever pauses it wants
    /// to look at it there. An empty line repeats nothing.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or the lines end early: where, and why.
    pub fn script(&mut self, path: &Path, out: Out<'_>) -> Result<Flow, Error> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Error::new(format!("{}: {error}.", path.display())))?;
        let mut lines = (1..).zip(text.lines());
        self.session.takes_pause();
        while let Some((number, line)) = lines.next() {
            let place = || format!("{}:{number}:", path.display());
            self.stop = None;
            let flow = self.obey(line, false, out);
            let flow = flow.map_err(|error| {
                Error::new(format!("{} Error in sourced command file:\n{error}", place()))
            })?;
            if flow == Flow::Quit {
                return Ok(flow);
            }
            let left = lines.clone().any(|(_, line)| !line.trim().is_empty());
            if (self.session.takes_pause() || self.is_paused()) && left {
                return Err(Error::new(format!(
                    "{} The program was paused: the lines that follow are left out.",
                    place()
                )));
            }
        }
        Ok(Flow::More)
    }

    /// Whether the last command that had the program move was ended by somebody who paused it.
    pub(super) fn is_paused(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.reason == Reason::Paused)
    }
}

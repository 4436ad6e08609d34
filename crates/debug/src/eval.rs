//! Expressions in the selected frame.

use crate::Error;
use crate::session::Session;
use skink_debuginfo::{Context, Expression, ExpressionError, Frame, Limits, Value};
use skink_machine::Cpu;

impl From<ExpressionError> for Error {
    fn from(error: ExpressionError) -> Error {
        Error::new(error.to_string())
    }
}

impl Session {
    /// The value of an expression in the selected frame, as a word: an address or a number.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn evaluate(&self, text: &str) -> Result<i64, Error> {
        let expression = Expression::parse(text.trim())?;
        Ok(self.in_frame(|cx| expression.word(cx))??.into())
    }

    /// The value of an expression in the selected frame, with its type.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn value(&self, text: &str) -> Result<Value, Error> {
        let expression = Expression::parse(text.trim())?;
        Ok(self.in_frame(|cx| expression.evaluate(cx))??)
    }

    fn in_frame<R>(&self, f: impl FnOnce(&Context<'_>) -> R) -> Result<R, Error> {
        let memory = &**self.memory()?;
        // Without a processor there is still memory to look at, and constants.
        let cpu = self.cpu().unwrap_or_default();
        let frame = self.frame_at(self.frame).ok();
        Ok(f(&Context { cpu: &cpu, memory, program: &self.program, frame: frame.as_ref() }))
    }

    /// A frame of the selected thread's stack.
    ///
    /// # Errors
    ///
    /// If the program is not running, or its stack is not so deep.
    pub fn frame_at(&self, number: usize) -> Result<Frame, Error> {
        let frame = self.frames(number + 1)?.into_iter().nth(number);
        frame.ok_or_else(|| Error::new(format!("No frame at level {number}.")))
    }

    /// Whether a condition holds in the innermost frame of a thread.
    pub(crate) fn holds(&self, text: &str, cpu: &Cpu) -> Result<bool, Error> {
        let expression = Expression::parse(text)?;
        let memory = &**self.memory()?;
        let limits = Limits { frames: 1, ..Limits::default() };
        // It may be asked a hundred thousand times a second: a frame is made only if a variable could be meant.
        let frames = if needs_frame(text) { self.program.unwind_to(cpu, memory, limits) } else { Vec::new() };
        let cx = Context { cpu, memory, program: &self.program, frame: frames.first() };
        Ok(expression.is_true(&cx)?)
    }
}

/// Whether a word stands in an expression that is no number and, without a `$`, may be a variable.
fn needs_frame(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.split(|c| !part(c)).any(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::needs_frame;

    #[test]
    fn registers_with_their_sign_need_no_frame() {
        assert!(!needs_frame("$r4 == 3 && [$sp + 0x1f] != 0b11"));
        assert!(needs_frame("r4 == 3") && needs_frame("$r4 == a_1") && needs_frame("_x"));
    }
}

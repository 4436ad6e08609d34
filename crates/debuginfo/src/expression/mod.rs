//! Expressions over registers, memory, labels and the variables of C.
//!
//! | form | meaning |
//! |---|---|
//! | `42`, `0x2a`, `&2A`, `0b101010`, `'*'` | numbers; `&` is the Manchester dialect's sign for hexadecimal |
//! | `r0`-`r15`, `sl`, `fp`, `ip`, `sp`, `lr`, `pc` | core registers, in any case; with `$` in front they hide no variable |
//! | `cpsr`, `nzcv`, `n`, `z`, `c`, `v`, `q`, `ge`, `fpscr` | status registers and flags |
//! | `s0`, `d0.f64`, `d1.u8[3]`, `q2.f32[1]` | extension registers; `u8` to `u64`, `s8` to `s64`, `f32`, `f64` are views |
//! | `[r3+4]`, `mem[r3]`, `word[r3]` | the word at an address; `half[...]`, `byte[...]`, `shalf[...]`, `sbyte[...]` |
//! | `loop`, `main+8` | the address of a name, unless it is a variable that debugging information knows |
//! | `p->next.value`, `a[2]`, `*p`, `&x`, `(char *) r0`, `sizeof x` | as in C |
//! | `+ - * / % << >> & \| ^ ~ ! < <= > >= == != && \|\| ?:` | as in C |

mod arith;
mod eval;
mod lex;
mod parse;
mod registers;
#[cfg(test)]
mod tests;

use crate::location::Missing;
use crate::memory::ReadMemory;
use crate::program::Program;
use crate::types::Value;
use crate::unwind::Frame;
use skink_machine::Cpu;
use std::fmt;
use std::ops::Range;

/// An expression that has been read.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    root: parse::Node,
}

/// What an expression is about.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The processor, which has the flags.
    pub cpu: &'a Cpu,
    /// The guest's memory.
    pub memory: &'a dyn ReadMemory,
    /// What is loaded.
    pub program: &'a Program,
    /// The frame whose registers and variables are meant; without one the processor's registers are.
    pub frame: Option<&'a Frame>,
}

/// What is wrong with an expression, and where. Written out it shows the place:
///
/// ```text
/// no register, variable or label is called `lop`; did you mean `loop`?
///   lop + 4
///   ^^^
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// The expression.
    pub text: String,
    /// The bytes of it that are to blame.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |text: &str| text.chars().count();
        let before = count(self.text.get(..self.span.start).unwrap_or_default());
        let under = count(self.text.get(self.span.clone()).unwrap_or_default()).max(1);
        write!(f, "{}\n  {}\n  {:before$}{:^<under$}", self.message, self.text, "", "^")
    }
}

impl std::error::Error for ExpressionError {}

/// What went wrong, before the text is known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    span: Range<usize>,
    message: String,
}

impl Problem {
    fn at(span: &Range<usize>, message: impl Into<String>) -> Problem {
        Problem { span: span.clone(), message: message.into() }
    }

    fn missing(span: &Range<usize>, missing: &Missing) -> Problem {
        let message = match missing {
            Missing::OptimizedOut => "the compiler has kept this value nowhere at this place".to_owned(),
            Missing::NotSaved => "the functions that were called have not saved this value".to_owned(),
            Missing::Unreadable(fault) => format!("cannot {fault}"),
            Missing::Unknown(what) => format!("expected something else: {what} is not known"),
        };
        Problem::at(span, message)
    }

    fn of(self, text: &str) -> ExpressionError {
        ExpressionError { text: text.to_owned(), span: self.span, message: self.message }
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// Where it does not follow the grammar.
    ///
    /// ```
    /// use skink_debuginfo::Expression;
    ///
    /// assert!(Expression::parse("[r3 + 4] == mem[mem[sp]]").is_ok());
    /// let error = Expression::parse("r0 + ").unwrap_err();
    /// assert_eq!(error.to_string(), "expected a value, found the end\n  r0 + \n       ^");
    /// ```
    pub fn parse(text: &str) -> Result<Expression, ExpressionError> {
        let root = parse::parse(text).map_err(|problem| problem.of(text))?;
        Ok(Expression { text: text.to_owned(), root })
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value, which may be in memory or a register still.
    ///
    /// # Errors
    ///
    /// A name that nothing has, memory that cannot be read, operands that do not fit an operation.
    pub fn evaluate(&self, cx: &Context<'_>) -> Result<Value, ExpressionError> {
        eval::evaluate(&self.root, cx).map_err(|problem| problem.of(&self.text))
    }

    /// Its value as an address or other word: of an array or function where it is, of a number its low half.
    ///
    /// # Errors
    ///
    /// As [`Expression::evaluate`].
    pub fn word(&self, cx: &Context<'_>) -> Result<u32, ExpressionError> {
        eval::word(&self.root, cx).map_err(|problem| problem.of(&self.text))
    }

    /// Whether it is not zero, as a condition.
    ///
    /// # Errors
    ///
    /// As [`Expression::evaluate`].
    pub fn is_true(&self, cx: &Context<'_>) -> Result<bool, ExpressionError> {
        eval::truth(&self.root, cx).map_err(|problem| problem.of(&self.text))
    }
}

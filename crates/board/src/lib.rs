//! The teaching machine: bare little-endian memory, one processor, and a console behind five
//! supervisor calls. It is a personality as the Linux one is, on the same engine.
//!
//! | SVC | does |
//! |---|---|
//! | 0 | writes the character in R0 |
//! | 1 | reads a character into R0; waits until there is one |
//! | 2 | halts |
//! | 3 | writes the C string that R0 points to |
//! | 4 | writes R0 as an unsigned decimal number |
//!
//! There is nothing to protect a program from its own mistakes, so each of them stops the machine
//! with a [`Trouble`]: it names the source line, the address and the registers involved.
//!
//! The room takes a program as plain data ([`Image`]) and reaches the outside through [`Input`] and
//! [`Output`] only, so that a debugger or a browser can stand behind them.
#![forbid(unsafe_code)]

mod console;
mod image;
mod machine;
mod program;
mod registers;
mod report;
mod svc;
mod trouble;

pub use console::{Bytes, Input, Output, Read};
pub use image::{Image, Line, RAM_BYTES, Segment, Source, Symbol};
pub use machine::{Board, Limits, Outcome, StartError, Verdict};
pub use program::{Program, messages};
pub use registers::{Flags, Registers};
pub use report::{Message, Report};
pub use trouble::{Kind, Place, RegisterValue, Trouble};

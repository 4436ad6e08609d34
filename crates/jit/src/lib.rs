//! The translator from ARMv7 to x86-64.
//!
//! `trace` chooses instructions and has the Builder of `build` explain them as nodes of [`ir`]; `pass` takes
//! out what nobody sees; `emit` writes host code; `buffer` holds it and is the door in and out;
//! [`Translator`] has it made, at once or beside the guest (`desk`), `known` says what is there, `seats` who is in it,
//! `shown` what it looks like; `shadow` is the stack of return addresses. An instruction that the Builder has no nodes for is handed to the
//! interpreter from within the code.
//!
//! The room may run code that it has written, and so has `unsafe` in `buffer` and `shadow`. It knows no operating
//! system of the guest.

// dynasm! converts the numbers of registers to what they are already.
#![allow(clippy::useless_conversion)]

mod buffer;
mod build;
mod census;
mod desk;
mod emit;
pub mod ir;
mod known;
mod lookup;
mod pass;
mod seats;
mod shadow;
mod shown;
mod trace;
mod translator;
mod vector;

pub use desk::Hire;
pub use emit::Arrival;
pub use lookup::Lookup;
pub use seats::{Inside, Seat};
pub use shadow::Shadow;
pub use shown::{Counts, Made, Observer, Shown};
pub use translator::{Entry, Mode, Options, Outcome, Translator};

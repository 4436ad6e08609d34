//! Runs guest code until something happens that is not the processor's business.
//!
//! The engine knows no operating system: a supervisor call, a fault or an undefined instruction is
//! a [`Stop`] that [`Vcpu::run`] returns to the personality above.
#![forbid(unsafe_code)]

mod cache;
mod control;
mod history;
mod step;
mod vcpu;
mod watch;

pub use control::{Controlled, Controller, Event, Exit, Kick, Observer, Order, ThreadId};
pub use history::{Ending, Finder, Past, Recalled, Recording, Tape, Witness};
pub use skink_jit::{Counts, Made, Mode, Options as TranslatorOptions, Shown, Translator, ir};
pub use vcpu::{HOT, Interrupter, Stats, Stop, Tracer, Vcpu};
pub use watch::{Around, Hit};

//! One debugging session.
//!
//! [`Session`] owns all behaviour of the debugger: it starts a program by way of a [`Personality`], sets breakpoints
//! and watchpoints, resumes threads, and says why the program stopped. It speaks plain data; what a front end shows,
//! and by which protocol, is not its concern. [`command`] is an interpreter of gdb's commands over it, for terminals,
//! scripts and consoles.
//!
//! The session is alone in resuming guest code, and knows for each stop how many instructions each thread has done.
//! It knows no operating system: what is one's own (signals, system calls, loading) it asks the personality.
#![forbid(unsafe_code)]

mod assign;
mod attend;
mod checks;
mod code;
pub mod command;
mod error;
mod eval;
mod handover;
mod hits;
mod hub;
mod inspect;
mod judge;
mod look;
mod pending;
mod personality;
mod points;
mod registers;
mod resume;
mod reverse;
mod session;
mod signals;
mod threads;
mod tree;
mod window;

pub use attend::Attendant;
pub use checks::CHECKS;
pub use code::Line as CodeLine;
pub use error::Error;
pub use handover::Handover;
pub use hits::HitCondition;
pub use hub::{Thread, Whereabouts};
pub use look::{Listed, StackWord};
pub use personality::{Debuggee, Personality, Signal};
pub use points::{Kind as PointKind, Place, Point};
pub use registers::{Register, View};
pub use reverse::Position;
pub use session::{Note, Pauser, Reason, Session, Stop};
pub use signals::Handling;
pub use skink_debuginfo::checks::Checks;
pub use tree::{Item, Scope};
pub use window::CodeRow;

//! gdb's remote serial protocol over a debugging session.
//!
//! [`serve`] waits for a gdb on a socket and does what it asks for until the program has ended, was killed, or was let
//! go. The protocol itself is gdbstub's; what is here says in its terms what [`skink_debug::Session`] does. Which
//! address is listened on is for the caller to decide: whoever connects may do all that the program may, and read all
//! that the user may.
#![forbid(unsafe_code)]

mod arch;
mod connection;
mod extended;
mod files;
mod points;
mod resume;
mod server;
mod signals;
mod target;

pub use server::{End, Host, serve};

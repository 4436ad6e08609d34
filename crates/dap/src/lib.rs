//! The Debug Adapter Protocol over a debugging session, as editors speak it.
//!
//! Two halves. [`serve`] answers requests with a [`skink_debug::Session`], over any pair of streams; that is the
//! protocol. [`adapt`] is what an editor starts or connects to: it has the session and its program run in a process of
//! their own, started when the editor launches something, and passes messages on. So what the program writes never gets
//! between messages, the program's input can be a terminal of the editor's, and what it does to its process, be it to
//! execute another program or to die of a signal, ends no conversation.
//!
//! Nothing here knows what a debugger does: that is the session's. What is here says it in the protocol's words
//! (<https://microsoft.github.io/debug-adapter-protocol/specification>).
#![forbid(unsafe_code)]

mod adapter;
mod base64;
mod mailbox;
mod message;
mod server;
mod wire;

pub use adapter::{Launched, Launcher, adapt, connect};
pub use server::serve;

//! (see the crate's plan in ARCHITECTURE.md)

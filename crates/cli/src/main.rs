//! The binary `skink`.
fn main() {}

//! The GNU dialect: what `as` takes for ARM, unified and divided syntax (the manual of GNU as, chapters 3 to 7 and
//! 9.4).

mod expr;
pub(crate) mod operands;
pub(crate) mod scan;

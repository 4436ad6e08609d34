use crate::row::rows;
rows! { ROWS T32: }

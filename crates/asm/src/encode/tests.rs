//! The index. What it makes of text is tested in the crate's `tests/every_row.rs`.

use super::*;

#[test]
fn the_index_is_quick() {
    let start = std::time::Instant::now();
    let index = Index::build();
    assert!(index.names.len() > 300);
    // A millisecond in a release build; tests are built otherwise, on machines of any speed.
    assert!(start.elapsed().as_millis() < 100, "{:?}", start.elapsed());
}

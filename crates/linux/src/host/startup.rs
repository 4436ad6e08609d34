//! What the process was started with, before Rust's runtime changed it.

use std::sync::atomic::{AtomicU64, Ordering};

static IGNORED: AtomicU64 = AtomicU64::new(0);

/// Rust's runtime ignores SIGPIPE and catches SIGSEGV before `main`; a program that skink runs must
/// inherit what skink inherited, so it is noted earlier, among the C library's constructors.
#[used]
#[unsafe(link_section = ".init_array")]
// SAFETY: `note` has the signature of a constructor and uses nothing that is set up later.
static NOTE: extern "C" fn() = note;

extern "C" fn note() {
    IGNORED.store(super::signal::ignored_now(), Ordering::Relaxed);
}

/// The signals that were ignored when skink was executed, bit 0 for signal 1.
pub(crate) fn inherited_ignored() -> u64 {
    IGNORED.load(Ordering::Relaxed)
}

/// The environment exactly as it was passed: in order, with entries that have no `=`.
pub(crate) fn environment() -> Vec<Vec<u8>> {
    unsafe extern "C" {
        static environ: *const *const libc::c_char;
    }
    let mut list = Vec::new();
    // SAFETY: the C library's null-terminated array of C strings; skink has one thread yet and
    // changes no environment variable ever.
    unsafe {
        let mut at = environ;
        while !at.is_null() && !(*at).is_null() {
            list.push(std::ffi::CStr::from_ptr(*at).to_bytes().to_vec());
            at = at.add(1);
        }
    }
    list
}

//! Key rings: the host's, with the pointers among keyctl's arguments found by its option.

use super::SysResult;
use super::wire::iovecs;
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

// linux/keyctl.h
const INSTANTIATE_IOV: u32 = 20;
const DH_COMPUTE: u32 = 23;
const LAST: u32 = 32;

/// Which of the second to fifth argument are pointers (security/keys/compat.c, keyctl(2)).
fn pointers(option: u32) -> [bool; 4] {
    let of = |list: [u8; 4]| list.map(|flag| flag != 0);
    match option {
        // JOIN_SESSION_KEYRING(name)
        1 => of([1, 0, 0, 0]),
        // UPDATE, DESCRIBE, READ, INSTANTIATE, GET_SECURITY: (key, buffer, length)
        2 | 6 | 11 | 12 | 17 => of([0, 1, 0, 0]),
        // SEARCH(ring, type, description, destination), RESTRICT_KEYRING(ring, type, restriction)
        10 | 29 => of([0, 1, 1, 0]),
        // PKEY_QUERY(key, 0, information, result)
        24 => of([0, 0, 1, 1]),
        // PKEY_ENCRYPT, DECRYPT, SIGN, VERIFY: (parameters, information, input, output or signature)
        25..=28 => of([1, 1, 1, 1]),
        // CAPABILITIES(buffer, length)
        31 => of([1, 0, 0, 0]),
        _ => of([0; 4]),
    }
}

pub(super) fn keyctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let option = a[0];
    let memory = t.memory();
    if option == DH_COMPUTE || option > LAST {
        return Err(Errno(libc::EOPNOTSUPP));
    }
    let list;
    let mut args = [Arg::from(option); 5];
    for (i, pointer) in pointers(option).into_iter().enumerate() {
        let value = a[i + 1];
        args[i + 1] = if pointer { Arg::guest_or_null(memory, value) } else { Arg::from(value) };
    }
    if option == INSTANTIATE_IOV && a[2] != 0 {
        list = iovecs(memory, a[2], a[3])?;
        args[2] = Arg::input(list.as_slice());
    }
    host::blocking(libc::SYS_keyctl, &args).map(|v| v as u32)
}

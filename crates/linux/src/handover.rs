//! How one skink hands over to the next when the guest executes a program.
//!
//! The next skink is told everything by its argument vector, whose second word is a mark that no
//! user types; the environment stays the guest's, except that names which the host's own dynamic
//! linker or libraries would obey travel under a prefix.

use crate::options::{Engine, LogKinds, Options, Policy};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// The second argument of a skink that another one started.
pub const MARK: &str = "--handed-over";

/// What a process keeps across exec and the host does not keep for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    /// The signal mask.
    pub(crate) mask: u64,
    /// The guest's own limits.
    pub(crate) limits: [(u64, u64); 4],
    /// Whether this process is the one to print statistics.
    pub(crate) stats: bool,
    /// Whether it is the one whose time is looked at.
    pub(crate) profile: bool,
}

/// What the next skink is to do.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) options: Options,
    pub(crate) state: State,
    pub(crate) path: PathBuf,
    /// The descriptor that `path` is about, to be closed when the program is open.
    pub(crate) program_fd: Option<i32>,
    pub(crate) execfn: Vec<u8>,
    pub(crate) argv: Vec<Vec<u8>>,
}

/// Words before the guest's own arguments.
const FIXED: usize = 13;

/// The argument vector for the next skink.
pub(crate) fn arguments(
    options: &Options,
    state: &State,
    path: &[u8],
    program_fd: Option<i32>,
    execfn: &[u8],
    argv: Vec<Vec<u8>>,
) -> Vec<Vec<u8>> {
    let path_or_empty =
        |p: &Option<PathBuf>| p.as_ref().map_or(Vec::new(), |p| p.as_os_str().as_bytes().to_vec());
    let policy = match options.policy {
        Policy::Forward => "forward",
        Policy::Sandbox => "sandbox",
        Policy::Deny => "deny",
    };
    let limits: Vec<String> = state.limits.iter().map(|(soft, hard)| format!("{soft}:{hard}")).collect();
    let mut words = vec![
        b"skink".to_vec(),
        MARK.into(),
        path_or_empty(&options.sysroot),
        policy.into(),
        options.log.list().into_bytes(),
        path_or_empty(&options.log_file),
        format!("{},{}", options.verbose, state.stats as u8).into_bytes(),
        format!("{:x},{}", state.mask, limits.join(",")).into_bytes(),
        execfn.to_vec(),
        path.to_vec(),
        program_fd.map_or(Vec::new(), |fd| fd.to_string().into_bytes()),
        format!("{},{},{}", options.engine.name(), options.code_cache, options.perf_map as u8).into_bytes(),
        if state.profile { path_or_empty(&options.profile) } else { Vec::new() },
    ];
    debug_assert_eq!(words.len(), FIXED);
    words.extend(argv);
    words
}

/// Reads what [`arguments`] wrote; `None` if it is not that.
pub(crate) fn parse(words: &[OsString]) -> Option<Handed> {
    let text = |i: usize| words.get(i)?.to_str();
    if text(1)? != MARK || words.len() < FIXED {
        return None;
    }
    let optional = |i: usize| (!words[i].is_empty()).then(|| PathBuf::from(&words[i]));
    let policy = match text(3)? {
        "forward" => Policy::Forward,
        "sandbox" => Policy::Sandbox,
        "deny" => Policy::Deny,
        _ => return None,
    };
    let (verbose, stats) = text(6)?.split_once(',')?;
    let (mask, limits) = text(7)?.split_once(',')?;
    let (engine, rest) = text(11)?.split_once(',')?;
    let (code_cache, perf_map) = rest.split_once(',')?;
    let mut state = State { mask: u64::from_str_radix(mask, 16).ok()?, ..State::default() };
    state.stats = stats == "1";
    state.profile = !words[12].is_empty();
    for (slot, word) in state.limits.iter_mut().zip(limits.split(',')) {
        let (soft, hard) = word.split_once(':')?;
        *slot = (soft.parse().ok()?, hard.parse().ok()?);
    }
    let stack = state.limits[0].0.min(crate::MAX_STACK.into()) as u32;
    let options = Options {
        sysroot: optional(2),
        stack_size: stack.max(crate::MIN_STACK),
        policy,
        engine: Engine::named(engine)?,
        code_cache: code_cache.parse().ok()?,
        perf_map: perf_map == "1",
        profile: optional(12),
        log: LogKinds::parse(text(4)?).ok()?,
        log_file: optional(5),
        verbose: verbose.parse().ok()?,
        stats: state.stats,
        limits: Some(state.limits),
        ..Options::default()
    };
    Some(Handed {
        options,
        state,
        path: PathBuf::from(&words[9]),
        program_fd: text(10)?.parse().ok(),
        execfn: words[8].as_bytes().to_vec(),
        argv: words[FIXED..].iter().map(|w| w.clone().into_vec()).collect(),
    })
}

const PREFIX: &[u8] = b"SKINK_GUEST_";

/// Names that the host's C library or Rust's runtime would read in skink itself.
fn is_read_by_host(entry: &[u8]) -> bool {
    [&b"LD_"[..], b"GLIBC_TUNABLES", b"MALLOC_", b"RUST_", PREFIX].iter().any(|name| entry.starts_with(name))
}

/// The environment under which the next skink is executed; order and number stay.
pub(crate) fn pack_environment(env: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    env.into_iter().map(|e| if is_read_by_host(&e) { [PREFIX, &e].concat() } else { e }).collect()
}

/// Back to what the guest passed.
pub(crate) fn unpack_environment(env: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    env.into_iter().map(|e| e.strip_prefix(PREFIX).map(<[u8]>::to_vec).unwrap_or(e)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_over_arrives() {
        let options = Options {
            sysroot: Some("/a b".into()),
            policy: Policy::Sandbox,
            log: LogKinds::parse("elf,memory").unwrap(),
            log_file: None,
            verbose: 2,
            stats: true,
            code_cache: 65536,
            perf_map: true,
            profile: Some("/p.svg".into()),
            engine: Engine::Jit,
            ..Options::default()
        };
        let limits = [(1 << 20, u64::MAX), (u64::MAX, u64::MAX), (3, 4), (0, 5)];
        let state = State { mask: 0x8000_0000_0000_0001, limits, stats: true, profile: true };
        let argv = vec![b"".to_vec(), b"\xff\xfe".to_vec(), b"--help".to_vec()];
        let words: Vec<OsString> = arguments(&options, &state, b"/bin/x", Some(77), b"x", argv.clone())
            .into_iter()
            .map(OsString::from_vec)
            .collect();
        let handed = parse(&words).unwrap();
        assert_eq!(handed.state, state);
        assert_eq!((handed.argv, handed.execfn, handed.path), (argv, b"x".to_vec(), "/bin/x".into()));
        assert_eq!(handed.program_fd, Some(77));
        assert_eq!(handed.options.sysroot, options.sysroot);
        assert_eq!(handed.options.log, options.log);
        assert_eq!(handed.options.policy, Policy::Sandbox);
        assert_eq!((handed.options.verbose, handed.options.stats), (2, true));
        assert_eq!((handed.options.engine, handed.options.code_cache), (Engine::Jit, 65536));
        assert_eq!((handed.options.perf_map, handed.options.profile), (true, options.profile));
        assert_eq!(handed.options.stack_size, 1 << 20);
        assert!(parse(&words[..5]).is_none());
    }

    #[test]
    fn the_environment_comes_through_unchanged() {
        let env: Vec<Vec<u8>> =
            [&b"A=1"[..], b"LD_PRELOAD=x", b"odd", b"SKINK_GUEST_LD_PRELOAD=y", b"RUST_LOG=z"]
                .iter()
                .map(|e| e.to_vec())
                .collect();
        let packed = pack_environment(env.clone());
        assert!(packed.iter().all(|e| !e.starts_with(b"LD_") && !e.starts_with(b"RUST_")));
        assert_eq!(unpack_environment(packed), env);
    }
}

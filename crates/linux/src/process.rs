//! A guest process: what its threads share.

use crate::helper::Home;
use crate::host::{self, Errno};
use crate::options::{Engine, Options};
use crate::perfmap::PerfMap;
use crate::profile::Profile;
use crate::signal::{self, Action, SIGNALS};
use crate::syscalls::dir::Cookies;
use skink_engine::{Controller, Translator, TranslatorOptions};
use skink_machine::Memory;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The guest's heap as brk(2) sees it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Brk {
    /// Where it begins.
    pub(crate) start: u32,
    /// Where it ends now.
    pub(crate) end: u32,
}

/// A resource limit that is the guest's own and must not bind skink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) soft: u64,
    pub(crate) hard: u64,
}

/// The limits kept apart from the host's: they count guest memory, not skink's.
pub(crate) const OWN_LIMITS: [u32; 4] =
    [libc::RLIMIT_STACK, libc::RLIMIT_AS, libc::RLIMIT_DATA, libc::RLIMIT_CORE];

/// What the loader found out about the program, for /proc and exec.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    /// The host path of the executable, absolute.
    pub(crate) exe: Vec<u8>,
    /// The argument vector, NUL after each.
    pub(crate) cmdline: Vec<u8>,
    /// The environment, NUL after each.
    pub(crate) environ: Vec<u8>,
    /// The auxiliary vector as on the stack.
    pub(crate) auxv: Vec<u8>,
    /// Below this mmap places mappings, downwards.
    pub(crate) mmap_top: u32,
    /// The stack pointer at the start.
    pub(crate) start_stack: u32,
}

/// Totals over threads that have ended.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) instructions: AtomicU64,
    pub(crate) blocks: AtomicU64,
    pub(crate) syscalls: AtomicU64,
}

impl Totals {
    pub(crate) fn add(&self, stats: skink_engine::Stats) {
        self.instructions.fetch_add(stats.instructions, Ordering::Relaxed);
        self.blocks.fetch_add(stats.blocks, Ordering::Relaxed);
    }
}

/// What changes in a process, but for its memory. One lock, held for moments.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) limits: [Limit; OWN_LIMITS.len()],
    /// The directories whose host offsets do not fit the guest, by descriptor.
    pub(crate) cookies: HashMap<i32, Arc<Mutex<Cookies>>>,
    /// The descriptors of /proc/self/mem.
    pub(crate) memory_files: HashSet<i32>,
    /// mlockall(MCL_FUTURE), PR_SET_NO_NEW_PRIVS and the like are the host's; personality(2) is not.
    pub(crate) personality: u32,
}

/// What each signal does, by its number.
pub(crate) type Actions = [Action; SIGNALS + 1];

/// A guest process.
pub(crate) struct Process {
    pub(crate) memory: Arc<Memory>,
    /// Goes with the memory too.
    pub(crate) translator: Option<Arc<Translator>>,
    /// Where a thread may help it. Goes with the memory too.
    home: Home,
    pub(crate) options: Arc<Options>,
    pub(crate) image: Image,
    pub(crate) totals: Totals,
    pub(crate) started: Instant,
    shared: Mutex<Shared>,
    /// Of several processes if they were made by CLONE_SIGHAND.
    actions: Arc<Mutex<Actions>>,
    /// Goes with the memory, so processes that share it share this.
    heap: Arc<Mutex<Brk>>,
    /// Contexts of asynchronous I/O: the guest's name of each, and the host's. Go with the memory.
    aio: Arc<Mutex<HashMap<u32, u64>>>,
    /// Whether there ever was a descriptor of /proc/self/mem, so that others pay nothing for it.
    pub(crate) has_memory_files: AtomicBool,
    /// Whether `--stats` are to be printed: by the process that the user started, not its children.
    pub(crate) stats: AtomicBool,
    /// The samples for `--profile`, in the same process.
    profile: Mutex<Option<Arc<Profile>>>,
    /// The debugger, if there is one.
    controller: Mutex<Option<Arc<dyn Controller>>>,
    /// Threads that have not ended.
    pub(crate) threads: AtomicU32,
    /// The exit status of the first thread, which is the process's if nobody calls exit_group.
    pub(crate) leader_status: AtomicI32,
}

impl Process {
    /// The process of a program that the loader has laid out.
    pub(crate) fn new(
        memory: Arc<Memory>,
        options: Arc<Options>,
        image: Image,
        brk: Brk,
        shared: Shared,
        actions: Actions,
        controller: Option<Arc<dyn Controller>>,
    ) -> Process {
        let home = Home::here();
        let translator = options.engine.translates_after().and_then(|_| {
            let wanted = TranslatorOptions {
                code_cache: options.code_cache,
                count_interpreted: options.stats,
                // A debugger knows for each stop how many instructions have been done.
                count: controller.is_some(),
                ..TranslatorOptions::default()
            };
            // Without executable memory the interpreter does all.
            let translator = Translator::new(memory.clone(), wanted).ok()?;
            observe(&translator, &options);
            // With a debugger, what happens is to happen the same way each time.
            if options.engine == Engine::Auto && controller.is_none() {
                home.offer(&translator);
            }
            Some(translator)
        });
        Process {
            memory,
            translator,
            home,
            image,
            totals: Totals::default(),
            started: options.started,
            stats: AtomicBool::new(options.stats),
            profile: Mutex::new(options.profile.as_ref().map(|_| Profile::start())),
            options,
            shared: Mutex::new(shared),
            actions: Arc::new(Mutex::new(actions)),
            heap: Arc::new(Mutex::new(brk)),
            aio: Arc::default(),
            controller: Mutex::new(controller),
            has_memory_files: AtomicBool::new(false),
            threads: AtomicU32::new(1),
            leader_status: AtomicI32::new(0),
        }
    }

    /// What changes. Keep the guard for as short as possible, and never while waiting.
    pub(crate) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What signals do. May be held together with `shared`, taken after it.
    pub(crate) fn actions(&self) -> MutexGuard<'_, Actions> {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The actions, if nobody has them right now.
    pub(crate) fn try_actions(&self) -> Option<MutexGuard<'_, Actions>> {
        self.actions.try_lock().ok()
    }

    /// The debugger of this process.
    pub(crate) fn controller(&self) -> Option<Arc<dyn Controller>> {
        self.controller.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A forked child is not debugged.
    pub(crate) fn leave_debugger(&self) {
        self.controller.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Has the host treat a signal so that the guest's action happens. With a debugger, one that would end the
    /// process is caught, so that it hears of it.
    pub(crate) fn install(&self, signal: i32, action: &Action) {
        let catch = match action.catch() {
            host::Catch::Default if signal::ends_process(signal) && self.controller().is_some() => {
                host::Catch::Handle(0)
            }
            catch => catch,
        };
        host::install(signal, catch);
    }

    /// The samples that are taken of this process, if it is the one whose time is looked at.
    pub(crate) fn profile(&self) -> MutexGuard<'_, Option<Arc<Profile>>> {
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Contexts of asynchronous I/O. No other lock is taken while this one is held.
    pub(crate) fn aio(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        self.aio.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held while an address is chosen and mapped, so that two threads do not choose the same.
    /// Taken before `shared`, never after.
    pub(crate) fn map_lock(&self) -> MutexGuard<'_, Brk> {
        self.heap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process in the same memory with its own copy of the rest: a child by CLONE_VM. The signal
    /// actions are the same ones if asked for (CLONE_SIGHAND).
    pub(crate) fn twin(&self, same_actions: bool) -> Process {
        let actions = if same_actions { self.actions.clone() } else { Arc::new(Mutex::new(*self.actions())) };
        Process {
            memory: self.memory.clone(),
            translator: self.translator.clone(),
            home: self.home.clone(),
            options: self.options.clone(),
            image: self.image.clone(),
            totals: Totals::default(),
            started: self.started,
            stats: AtomicBool::new(false),
            profile: Mutex::new(None),
            shared: Mutex::new(self.shared().clone()),
            actions,
            heap: self.heap.clone(),
            aio: self.aio.clone(),
            controller: Mutex::new(None),
            has_memory_files: AtomicBool::new(self.has_memory_files.load(Ordering::Relaxed)),
            threads: AtomicU32::new(1),
            leader_status: AtomicI32::new(0),
        }
    }

    /// fork(2), with every lock of the process held, so that the child has them free. The signal at
    /// the child's end is SIGCHLD all the same if other threads run in this memory.
    pub(crate) fn fork(&self, exit_signal: i32) -> Result<host::Child, Errno> {
        if exit_signal != libc::SIGCHLD {
            self.be_alone();
        }
        let alone = exit_signal != libc::SIGCHLD && host::is_alone() && Arc::strong_count(&self.heap) == 1;
        let mapping = self.map_lock();
        let shared = self.shared();
        let actions = self.actions();
        let mut aio = self.aio();
        let fork =
            || self.memory.quiesced(|| if alone { host::fork_alone(exit_signal) } else { host::fork() });
        let outcome = match &self.translator {
            Some(translator) => translator.quiesced(fork, |outcome| matches!(outcome, Ok(host::Child::Here))),
            None => fork(),
        };
        if matches!(outcome, Ok(host::Child::Here)) {
            // A child has no contexts (kernel/fork.c mm_init_aio).
            aio.clear();
            self.home.moved();
        }
        drop(aio);
        drop(actions);
        drop(shared);
        drop(mapping);
        outcome
    }

    /// Sees to it that the host process has no thread that the guest does not know of, until code is translated again.
    pub(crate) fn be_alone(&self) {
        let helped = self.translator.as_ref().is_some_and(|translator| translator.send_away());
        // Its thread ends in a moment.
        if helped && self.threads.load(Ordering::SeqCst) == 1 {
            host::is_alone();
        }
    }

    /// Another process is about to run in this memory, and may go on when this one has ended: nobody of this one may be
    /// in the middle of something then.
    pub(crate) fn share_memory(&self) {
        self.home.close();
        self.be_alone();
    }

    /// One of the guest's own limits; `None` if the host keeps it.
    pub(crate) fn limit(&self, resource: u32) -> Option<Limit> {
        let index = OWN_LIMITS.iter().position(|&r| r == resource)?;
        Some(self.shared().limits[index])
    }

    /// At the end of the process: what `--stats` and `--profile` ask for. `running` is the calling thread's share.
    pub(crate) fn report(&self, running: skink_engine::Stats) {
        self.print_stats(running);
        let profile = self.profile().take();
        if let (Some(profile), Some(path), Some(write)) =
            (profile, &self.options.profile, self.options.hooks.flame_graph)
            && let Err(error) = write(&profile.folded(&self.memory), path)
        {
            host::write_all(2, format!("skink: {}: {error}\n", path.display()).as_bytes());
        }
    }

    fn print_stats(&self, running: skink_engine::Stats) {
        if !self.stats.load(Ordering::Relaxed) {
            return;
        }
        self.totals.add(running);
        let total = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (instructions, blocks) = (total(&self.totals.instructions), total(&self.totals.blocks));
        let syscalls = total(&self.totals.syscalls);
        let seconds = self.started.elapsed().as_secs_f64();
        let mut text = match self.translator {
            None => {
                let speed = instructions as f64 / seconds / 1e6;
                format!(
                    "skink: {instructions} instructions, {blocks} blocks decoded, {syscalls} syscalls, \
                     {seconds:.3} s, {speed:.1} MIPS\n"
                )
            }
            // Translated code does not count what it does.
            Some(_) => format!(
                "skink: {instructions} instructions interpreted, {blocks} blocks decoded, {syscalls} syscalls, \
                 {seconds:.3} s (--engine interp counts every instruction)\n"
            ),
        };
        if let Some(translator) = &self.translator {
            text += &translation_stats(translator);
        }
        host::write_all(2, text.as_bytes());
    }
}

/// Has translations logged, and perf told of them, if that is wanted.
fn observe(translator: &Translator, options: &Options) {
    if let (true, Some(show)) = (options.log.jit, options.hooks.show_translation) {
        let fd = options.log_fd;
        let map = options.perf_map.then(PerfMap::new);
        translator.observe(Box::new(move |made| {
            host::write_all(fd, show(made).as_bytes());
            if let Some(map) = &map {
                map.add(made);
            }
        }));
    } else if options.perf_map {
        let map = PerfMap::new();
        translator.observe(Box::new(move |made| map.add(made)));
    }
}

/// What `--stats` says of translated code.
fn translation_stats(translator: &Translator) -> String {
    let counts = translator.counts();
    let mut text = format!(
        "skink: {} traces of {} instructions translated to {} bytes in {:.3} s, {} instructions in them left to the \
         interpreter, code cache full {} times\n",
        counts.traces,
        counts.instructions,
        counts.bytes,
        counts.time.as_secs_f64(),
        counts.interpreted,
        translator.floods()
    );
    let within = translator.interpreted_within();
    let total: u64 = within.iter().map(|(_, count)| count).sum();
    if total > 0 {
        text +=
            &format!("skink: {total} times an instruction was interpreted from within translated code:\n");
    }
    for (name, count) in within {
        text += &format!("skink: {count:>14} {name}\n");
    }
    text
}

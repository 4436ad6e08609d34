//! Starting, killing, and the commands behind gdb's `monitor`.

use crate::connection::Running;
use crate::target::Debugged;
use gdbstub::common::Pid;
use gdbstub::target::ext::extended_mode::{Args, AttachKind, ExtendedMode, ShouldTerminate};
use gdbstub::target::ext::monitor_cmd::{ConsoleOutput, MonitorCmd};
use gdbstub::target::{TargetError, TargetResult};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// ENOENT and ENOSYS as gdb's protocol has them.
const ENOENT: u8 = 2;
const ENOSYS: u8 = 88;

impl Debugged {
    /// Starts the program afresh; whatever is known of threads is of the last run.
    fn again(&mut self) -> Result<(), String> {
        self.signalled.clear();
        self.session().start().map(drop).map_err(|error| error.to_string())
    }
}

impl ExtendedMode for Debugged {
    fn run(&mut self, file: Option<&[u8]>, arguments: Args<'_, '_>) -> TargetResult<Pid, Self> {
        let file = file.filter(|file| !file.is_empty()).map(|file| Path::new(OsStr::from_bytes(file)));
        let personality = self.session().personality();
        let ours = |file: &Path| {
            let whole = std::fs::canonicalize(personality.host_path(file)).ok();
            file == Path::new(&personality.name()) || whole.is_some() && whole == personality.executable()
        };
        if let Some(file) = file.filter(|file| !ours(file)) {
            let name = self.session().personality().name();
            self.notes.push(format!("gdb asks for {}, but this session is about {name}", file.display()));
            return Err(TargetError::Errno(ENOENT));
        }
        let arguments: Vec<Vec<u8>> = arguments.map(<[u8]>::to_vec).collect();
        let mut set = Ok(());
        if !arguments.is_empty() {
            set =
                self.session().personality_mut().set_arguments(arguments).map_err(|error| error.to_string());
        }
        match set.and_then(|()| self.again()) {
            Ok(()) => Ok(gdbstub::common::Pid::MIN),
            Err(error) => {
                self.notes.push(error);
                Err(TargetError::NonFatal)
            }
        }
    }

    fn attach(&mut self, _: Pid) -> TargetResult<(), Self> {
        Err(TargetError::Errno(ENOSYS))
    }

    /// gdb kills what was started for it when it quits.
    fn query_if_attached(&mut self, _: Pid) -> TargetResult<AttachKind, Self> {
        Ok(AttachKind::Run)
    }

    fn kill(&mut self, _: Option<Pid>) -> TargetResult<ShouldTerminate, Self> {
        if !self.session().kill() {
            self.notes.push("some threads of the program are still in system calls".to_owned());
        }
        Ok(if self.extended { ShouldTerminate::No } else { ShouldTerminate::Yes })
    }

    fn restart(&mut self) -> Result<(), String> {
        self.again()
    }

    fn on_start(&mut self) -> Result<(), String> {
        self.extended = true;
        Ok(())
    }
}

impl MonitorCmd for Debugged {
    fn handle_monitor_cmd(&mut self, command: &[u8], mut out: ConsoleOutput<'_>) -> Result<(), String> {
        let line = String::from_utf8_lossy(command);
        // gdb's interrupt, or its end, ends a command that has the program move.
        if let Some(running) = &self.running {
            running.watch(self.interpreter.session.pauser());
        }
        let result = self.interpreter.line(&line, false, &mut |text| out.write_raw(text.as_bytes()));
        self.running.iter().for_each(Running::unwatch);
        if let Err(error) = result {
            out.write_raw(format!("{error}\n").as_bytes());
        }
        Ok(())
    }
}

//! A terminal for tests: a tmux of its own, with keys to press and a screen to look at. Nothing is waited for by
//! sleeping so long: what is expected is looked for until it is there.

#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// How long something may take: a machine may be busy with much else.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(40);
/// A screen that is the same for so many looks stands still.
const STILL: usize = 8;

pub(crate) struct Terminal {
    socket: PathBuf,
    pub(crate) dir: PathBuf,
    _temporary: tempfile::TempDir,
}

/// Another terminal, for the program. What it writes there goes to a file, and what is typed is not shown.
pub(crate) struct Second {
    pub(crate) path: String,
    output: PathBuf,
}

impl Second {
    /// What the program has written so far.
    pub(crate) fn output(&self) -> String {
        let bytes = std::fs::read(&self.output).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\r', "")
    }
}

/// Looks until what is seen is as wanted, or patience ends.
pub(crate) fn wait(look: impl Fn() -> String, wanted: impl Fn(&String) -> bool) -> Result<String, String> {
    let begin = Instant::now();
    loop {
        let seen = look();
        if wanted(&seen) {
            return Ok(seen);
        }
        if begin.elapsed() > PATIENCE {
            return Err(seen);
        }
        std::thread::sleep(PAUSE);
    }
}

impl Terminal {
    /// Runs skink in a terminal of a size, `80x24`, from the root of the repository. When skink ends its status is
    /// shown, and whether the terminal is as it was. Of the arguments TMP is a directory for the test.
    pub(crate) fn start(name: &str, size: &str, arguments: &str, env: Option<&str>) -> Terminal {
        let terminal = Terminal::prepare(name, size);
        terminal.run(arguments, env);
        terminal
    }

    /// A terminal without skink.
    pub(crate) fn prepare(name: &str, size: &str) -> Terminal {
        // The name of a socket has at most 107 bytes (unix(7)).
        let prefix = format!("skink-tui-{name}-");
        let temporary = tempfile::Builder::new().prefix(&prefix).tempdir().unwrap();
        let dir = temporary.path().to_owned();
        let terminal = Terminal { socket: dir.join("tmux"), dir, _temporary: temporary };
        let (width, height) = size.split_once('x').expect("a size");
        let config = terminal.dir.join("config");
        let settings = "set -g status off\nset -sg escape-time 0\nset -g remain-on-exit on\n";
        std::fs::write(&config, settings).unwrap();
        let mut command = terminal.tmux();
        command.arg("-f").arg(config).args(["new-session", "-d", "-x", width, "-y", height]);
        let output = done(command.arg("exec sleep 600"));
        assert!(output.status.success(), "tmux: {}", String::from_utf8_lossy(&output.stderr));
        terminal
    }

    /// Runs skink in it.
    pub(crate) fn run(&self, arguments: &str, env: Option<&str>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let home = self.dir.display().to_string();
        let run = format!(
            "before=$(stty -g); env -i PATH=\"$PATH\" HOME={home} TERM=screen LC_ALL=C.UTF-8 XDG_STATE_HOME={home} {} \
             {} {}; echo \"status $?\"; test \"$before\" = \"$(stty -g)\" && echo 'as it was'; exec sleep 600",
            env.unwrap_or_default(),
            env!("CARGO_BIN_EXE_skink"),
            arguments.replace("TMP", &home),
        );
        done(self.tmux().args(["respawn-pane", "-k", "-t", ":0.0", "-c"]).arg(root).arg(run));
    }

    /// Another terminal behind this one.
    pub(crate) fn second(&self) -> Second {
        let (name, output) = (self.dir.join("tty"), self.dir.join("output"));
        let run = format!("stty -echo; tty > {}; exec sleep 600", name.display());
        let copy = format!("cat >> {}", output.display());
        done(self.tmux().args(["new-window", "-d", "-t", ":1", "exec sleep 600"]));
        done(self.tmux().args(["pipe-pane", "-t", ":1.0", "-O", &copy]));
        done(self.tmux().args(["respawn-pane", "-k", "-t", ":1.0", &run]));
        let read = || std::fs::read_to_string(&name).unwrap_or_default();
        let path = wait(read, |text| text.ends_with('\n')).expect("a terminal");
        Second { path: path.trim().to_owned(), output }
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-u").arg("-S").arg(&self.socket).env("LC_ALL", "C.UTF-8").env_remove("TMUX");
        command
    }

    /// Presses keys by tmux's names, separated by blanks.
    pub(crate) fn press(&self, keys: &str) {
        self.press_in(":0.0", keys);
    }

    /// Types a text.
    pub(crate) fn literally(&self, text: &str) {
        self.literally_in(":0.0", text);
    }

    pub(crate) fn press_in(&self, pane: &str, keys: &str) {
        for key in keys.split_whitespace() {
            done(self.tmux().args(["send-keys", "-t", pane, "--", key]));
        }
    }

    pub(crate) fn literally_in(&self, pane: &str, text: &str) {
        if !text.is_empty() {
            // A semicolon at the end would be tmux's own.
            let text = text.strip_suffix(';').map_or_else(|| text.to_owned(), |text| format!("{text}\\;"));
            done(self.tmux().args(["send-keys", "-t", pane, "-l", "--", &text]));
        }
    }

    pub(crate) fn resize(&self, size: &str) {
        let (width, height) = size.split_once('x').expect("a size");
        done(self.tmux().args(["resize-window", "-t", ":0", "-x", width, "-y", height]));
    }

    /// The number of skink's process.
    pub(crate) fn process(&self) -> String {
        let output = done(self.tmux().args(["display-message", "-p", "-t", ":0.0", "#{pane_pid}"]));
        let shell = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        children.split_whitespace().next().expect("a child").to_owned()
    }

    /// What stands on the screen, without blanks at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        let output = done(self.tmux().args(["capture-pane", "-t", ":0.0", "-p"]));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The screen with its colours as sequences.
    pub(crate) fn coloured(&self) -> String {
        let output = done(self.tmux().args(["capture-pane", "-t", ":0.0", "-p", "-e"]));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until a text is on the screen; what is there instead.
    pub(crate) fn wait_for(&self, text: &str) -> Result<(), String> {
        wait(|| self.screen(), |screen| screen.contains(text)).map(drop)
    }

    /// Waits until skink has ended and left the terminal as it was: its modes, the screen of before, the cursor to be
    /// seen and the mouse nobody's. What there is instead.
    pub(crate) fn is_left(&self) -> Result<(), String> {
        self.wait_for("as it was")?;
        const STATE: &str = "alternate screen #{alternate_on}, cursor #{cursor_flag}, mouse #{mouse_any_flag}, keypad #{keypad_flag}";
        let output = done(self.tmux().args(["display-message", "-p", "-t", ":0.0", STATE]));
        let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let wanted = "alternate screen 0, cursor 1, mouse 0, keypad 0";
        if state == wanted {
            Ok(())
        } else {
            Err(format!("expected {wanted}\nfound {state}\n{}", self.screen()))
        }
    }

    /// Waits until the screen is another one; what it is when patience ends.
    pub(crate) fn until_shown(&self, wanted: &str) -> String {
        wait(|| self.screen(), |screen| screen == wanted).unwrap_or_else(|screen| screen)
    }

    /// The screen when it stands still.
    pub(crate) fn at_rest(&self) -> String {
        let (mut last, mut same) = (self.screen(), 0);
        while same < STILL {
            std::thread::sleep(PAUSE);
            let next = self.screen();
            same = if next == last { same + 1 } else { 0 };
            last = next;
        }
        last
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Without tmux the test has failed already.
        let _ = self.tmux().arg("kill-server").stdin(Stdio::null()).output();
    }
}

fn done(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("tmux (Debian: tmux): {e}"))
}

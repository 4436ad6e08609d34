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

pub struct Terminal {
    socket: PathBuf,
    dir: PathBuf,
}

/// Looks until what is seen is as wanted, or patience ends.
pub fn wait(look: impl Fn() -> String, wanted: impl Fn(&String) -> bool) -> Result<String, String> {
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
    /// shown, and whether the terminal is as it was.
    pub fn start(name: &str, size: &str, arguments: &str, env: Option<&str>) -> Terminal {
        // The name of a socket has at most 107 bytes (unix(7)).
        let dir = std::env::temp_dir().join(format!("skink-tui-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        let terminal = Terminal { socket: dir.join("tmux"), dir };
        let (width, height) = size.split_once('x').expect("a size");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let arguments = arguments.replace("TMP", &terminal.dir.display().to_string());
        let run = format!(
            "before=$(stty -g); env -i PATH=\"$PATH\" HOME={home} TERM=screen LC_ALL=C.UTF-8 XDG_STATE_HOME={home} {} \
             {} {arguments}; echo \"status $?\"; test \"$before\" = \"$(stty -g)\" && echo 'as it was'; exec sleep 600",
            env.unwrap_or_default(),
            env!("CARGO_BIN_EXE_skink"),
            home = terminal.dir.display(),
        );
        let config = terminal.dir.join("config");
        std::fs::write(&config, "set -g status off\nset -sg escape-time 0\nset -g history-limit 0\n").unwrap();
        let mut command = terminal.tmux();
        command.arg("-f").arg(config).args(["new-session", "-d", "-x", width, "-y", height, "-c"]).arg(root);
        let output = done(command.arg(run));
        assert!(output.status.success(), "tmux: {}", String::from_utf8_lossy(&output.stderr));
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-u").arg("-S").arg(&self.socket).env("LC_ALL", "C.UTF-8").env_remove("TMUX");
        command
    }

    /// Presses keys by tmux's names, separated by blanks.
    pub fn press(&self, keys: &str) {
        for key in keys.split_whitespace() {
            done(self.tmux().args(["send-keys", "--", key]));
        }
    }

    /// Types a text.
    pub fn literally(&self, text: &str) {
        if !text.is_empty() {
            // A semicolon at the end would be tmux's own.
            let text = text.strip_suffix(';').map_or_else(|| text.to_owned(), |text| format!("{text}\\;"));
            done(self.tmux().args(["send-keys", "-l", "--", &text]));
        }
    }

    pub fn resize(&self, size: &str) {
        let (width, height) = size.split_once('x').expect("a size");
        done(self.tmux().args(["resize-window", "-x", width, "-y", height]));
    }

    /// What stands on the screen, without blanks at the ends of lines.
    pub fn screen(&self) -> String {
        let output = done(self.tmux().args(["capture-pane", "-p"]));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The screen with its colours as sequences.
    pub fn coloured(&self) -> String {
        let output = done(self.tmux().args(["capture-pane", "-p", "-e"]));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until a text is on the screen; what is there instead.
    pub fn wait_for(&self, text: &str) -> Result<(), String> {
        wait(|| self.screen(), |screen| screen.contains(text)).map(drop)
    }

    /// Waits until the screen is another one; what it is when patience ends.
    pub fn until_shown(&self, wanted: &str) -> String {
        wait(|| self.screen(), |screen| screen == wanted).unwrap_or_else(|screen| screen)
    }

    /// The screen when it stands still.
    pub fn at_rest(&self) -> String {
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
        done(self.tmux().arg("kill-server"));
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn done(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("tmux (Debian: tmux): {e}"))
}

//! The loop of the interface: waits for something to happen, changes the state, draws.

use crate::app::{App, Effect};
use crate::history::{self, History};
use crate::panes::Pane;
use crate::theme::Theme;
use crate::tty::Tty;
use crate::worker::{Request, Transcript};
use crate::{Event, Options, term, ui};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use skink_debug::Pauser;
use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::{Duration, Instant};

/// How often the size of the terminal is looked at: a program that catches SIGWINCH takes it from the interface.
const TICK: Duration = Duration::from_millis(100);

/// So long at the most is what comes put off being drawn: a program may write without end.
const FRAME: Duration = Duration::from_millis(40);

/// After which time a command is said to run.
const LONG: Duration = Duration::from_millis(200);

/// The interface's side.
pub(crate) struct Screen {
    drawn: File,
    tty: Option<Tty>,
    app: App,
    theme: Theme,
    transcript: Transcript,
    ask: Sender<Request>,
    pauser: Pauser,
    /// When the session was asked.
    since: Option<Instant>,
    ended: Option<Option<i32>>,
}

/// Whoever waits for the program waits no longer when the interface is gone, by whatever way.
struct End(Pauser);

impl Drop for End {
    fn drop(&mut self) {
        self.0.pause();
    }
}

/// Has keys and signals told.
pub(crate) fn listen(events: &SyncSender<Event>) -> io::Result<()> {
    let keys = events.clone();
    let read = move || {
        while let Ok(event) = crossterm::event::read() {
            if keys.send(Event::Input(event)).is_err() {
                return;
            }
        }
        let _ = keys.send(Event::Gone);
    };
    std::thread::Builder::new().name("keys".into()).spawn(read)?;
    // A Linux program has these for itself; those that come before or after it, or on the board, are skink's.
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let told = events.clone();
    let wait = move || {
        for signal in &mut signals {
            if told.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(wait)?;
    Ok(())
}

impl Screen {
    pub(crate) fn new(
        drawn: File,
        tty: Option<Tty>,
        options: Options,
        ask: Sender<Request>,
        pauser: Pauser,
    ) -> Screen {
        let mut app = App::new(History::of(history::file()));
        app.terminal = options.tty.map(|path| path.display().to_string());
        let begin = options.scripts.into_iter().map(|path| Request::Script(path, app.wants.clone()));
        let commands = options.commands.into_iter().map(|line| Request::Line(line, app.wants.clone()));
        app.queue = begin.chain(commands).collect();
        let transcript = Transcript::to(options.transcript);
        let theme = Theme::of_environment();
        Screen { drawn, tty, app, theme, transcript, ask, pauser, since: None, ended: None }
    }

    /// Shows it until the user leaves; returns the signal that made an end.
    pub(crate) fn show(mut self, events: &Receiver<Event>) -> io::Result<Option<i32>> {
        let _end = End(self.pauser.clone());
        let result = self.run(events);
        // Without a place to keep it the history is of this session.
        let _ = self.app.history.save();
        result
    }

    fn run(&mut self, events: &Receiver<Event>) -> io::Result<Option<i32>> {
        let backend = CrosstermBackend::new(self.drawn.try_clone()?);
        let area = self.measure();
        let mut terminal =
            Terminal::with_options(backend, TerminalOptions { viewport: Viewport::Fixed(area) })?;
        // Not `clear`, which asks where the cursor is, and on standard output, which is the program's.
        terminal.resize(area)?;
        let mut effects = Vec::new();
        self.app.look(&mut effects);
        self.take_effect(effects, &mut terminal)?;
        self.draw(&mut terminal)?;
        let mut ticked = Instant::now();
        loop {
            let mut changed = true;
            match events.recv_timeout(TICK) {
                Ok(event) => self.event(event, &mut terminal)?,
                Err(RecvTimeoutError::Timeout) => changed = false,
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
            // What has come meanwhile is drawn at once, not one by one.
            let since = Instant::now();
            while self.ended.is_none() && since.elapsed() < FRAME {
                let Ok(event) = events.try_recv() else { break };
                self.event(event, &mut terminal)?;
                changed = true;
            }
            // Events may come without a break.
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                changed |= self.tick(&mut terminal)?;
            }
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            if changed {
                self.draw(&mut terminal)?;
            }
        }
    }

    fn event(&mut self, event: Event, terminal: &mut Terminal<CrosstermBackend<File>>) -> io::Result<()> {
        let effects = match event {
            Event::Input(crossterm::event::Event::Resize(..)) => {
                self.tick(terminal)?;
                Vec::new()
            }
            Event::Input(event) => self.app.input(event),
            Event::Output(bytes) => {
                self.transcript.write(&bytes);
                self.app.console.write(&bytes);
                self.app.scrolled.remove(&Pane::Console);
                Vec::new()
            }
            Event::Reply(reply) => {
                if let crate::worker::Reply::Text(text) = &reply {
                    self.transcript.write(text.as_bytes());
                }
                self.app.reply(reply)
            }
            Event::Reclaimed => vec![Effect::Redraw],
            Event::Signal(number) => {
                self.ended = Some(Some(number));
                Vec::new()
            }
            Event::Gone => {
                self.ended = Some(Some(SIGHUP));
                Vec::new()
            }
        };
        if !self.app.busy {
            self.since = None;
        }
        self.take_effect(effects, terminal)
    }

    fn take_effect(
        &mut self,
        effects: Vec<Effect>,
        terminal: &mut Terminal<CrosstermBackend<File>>,
    ) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Ask(request) => {
                    self.since = Some(Instant::now());
                    if self.ask.send(request).is_err() {
                        self.ended = Some(None);
                    }
                }
                Effect::Pause => self.pauser.pause(),
                Effect::Type(bytes) => {
                    if let Some(tty) = &self.tty {
                        tty.write(bytes);
                    }
                }
                Effect::Redraw => terminal.resize(self.app.size)?,
                Effect::Quit => self.ended = Some(None),
            }
        }
        Ok(())
    }

    /// Whether something has to be drawn anew.
    fn tick(&mut self, terminal: &mut Terminal<CrosstermBackend<File>>) -> io::Result<bool> {
        if term::is_gone(&self.drawn) {
            self.ended = Some(Some(SIGHUP));
        }
        if term::is_given_back() {
            // Some thread has panicked, and has said so.
            self.ended = Some(Some(SIGABRT));
        }
        let before = (self.app.size, self.app.running);
        let area = self.measure();
        if area != before.0 {
            terminal.resize(area)?;
        }
        self.app.running = self.since.is_some_and(|since| since.elapsed() >= LONG);
        Ok(before != (self.app.size, self.app.running))
    }

    /// Takes over the size of the terminal.
    fn measure(&mut self) -> ratatui::layout::Rect {
        let (width, height) = term::size(&self.drawn);
        let event = crossterm::event::Event::Resize(width, height);
        self.app.input(event);
        let layout = self.app.layout();
        // While it is hidden the console keeps its size.
        if let (Some(tty), Some(area)) = (&self.tty, layout.of(Pane::Console)) {
            tty.resize(area.width, area.height.saturating_sub(1));
        }
        self.app.size
    }

    fn draw(&mut self, terminal: &mut Terminal<CrosstermBackend<File>>) -> io::Result<()> {
        let (app, theme) = (&self.app, self.theme);
        let draw = |frame: &mut Frame<'_>| {
            if let Some(position) = ui::draw(app, theme, frame.buffer_mut()) {
                frame.set_cursor_position(position);
            }
        };
        term::while_taken(|| terminal.draw(draw).map(drop)).unwrap_or(Ok(()))
    }
}

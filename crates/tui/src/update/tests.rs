use super::*;
use crate::history::History;
use crate::keys::MORE;

fn app() -> App {
    let mut app = App::new(History::default());
    app.size = Rect::new(0, 0, 80, 24);
    app.view.alive = true;
    app
}

fn press(app: &mut App, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
    app.input(Event::Key(KeyEvent::new(code, modifiers)))
}

fn control(app: &mut App, letter: char) -> Vec<Effect> {
    press(app, KeyCode::Char(letter), KeyModifiers::CONTROL)
}

#[test]
fn a_program_is_paused_whatever_is_shown() {
    for pane in [Pane::Code, Pane::Commands, Pane::Console] {
        for (help, asked) in [(None, false), (Some(0), false), (None, true)] {
            let mut app = app();
            app.focus_on(pane);
            (app.busy, app.help, app.asked) = (true, help, asked);
            assert_eq!(control(&mut app, 'c'), [Effect::Pause], "{pane:?} {help:?} {asked}");
            assert!(app.help.is_none() && !app.asked);
        }
    }
}

#[test]
fn without_one_that_runs_the_line_is_given_up() {
    let mut app = app();
    app.prompt.insert("print");
    app.asked = true;
    assert!(control(&mut app, 'c').is_empty() && !app.asked);
    assert_eq!(app.prompt.text(), "print");
    assert!(control(&mut app, 'c').is_empty() && app.prompt.is_empty());
}

#[test]
fn keys_of_the_command_line_do_what_the_help_says() {
    let letters = MORE.iter().filter_map(|(keys, _)| keys.strip_prefix("Ctrl-"));
    let letters: Vec<char> =
        letters.flat_map(|keys| keys.split(' ').map(|key| key.as_bytes()[0])).map(char::from).collect();
    assert!(letters.len() > 8, "{letters:?}");
    for letter in letters.into_iter().filter(|letter| *letter != 'D') {
        let mut app = app();
        app.prompt.insert("break main x");
        control(&mut app, 'w');
        app.prompt.left();
        let state = |app: &App| (app.prompt.text(), app.prompt.before());
        let before = state(&app);
        control(&mut app, letter.to_ascii_lowercase());
        assert_ne!(state(&app), before, "Ctrl-{letter}");
        assert_eq!(app.focus.0, Pane::Commands);
    }
    let mut app = app();
    app.prompt.insert("ab");
    control(&mut app, 'b');
    assert_eq!(app.prompt.before(), "a");
}

#[test]
fn a_paste_is_typed_where_the_focus_is() {
    let mut app = app();
    app.focus_on(Pane::Console);
    assert_eq!(app.input(Event::Paste("a\nb".into())), [Effect::Type(b"a\rb".to_vec())]);
    app.focus_on(Pane::Code);
    app.prompt.set("x");
    app.prompt.left();
    app.input(Event::Paste("1\n2\n".into()));
    assert_eq!((app.prompt.text().as_str(), app.prompt.before().as_str()), ("1 2x", "1 2"));
}

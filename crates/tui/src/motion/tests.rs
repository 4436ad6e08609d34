use super::*;
use crate::history::History;
use crate::view::View;
use crate::worker::Request;

/// On a screen of a size, with breakpoints and two windows of memory.
fn app(width: u16, height: u16) -> App {
    let mut app = App::new(History::default());
    app.size = Rect::new(0, 0, width, height);
    app.view.alive = true;
    let points = [
        "Num     Type           Disp Enb Address    What",
        "1       breakpoint     keep n   0x00008000 in y at t.c:1",
        "        breakpoint already hit 1 time",
        "        7",
        "2       breakpoint     keep y   0x00008004 in main at t.c:2",
    ];
    app.view.points = points.map(str::to_owned).to_vec();
    app.view.points_on = vec![2];
    app
}

/// What is asked of the session.
fn asked(effects: &[Effect]) -> Vec<String> {
    let line = |effect: &Effect| match effect {
        Effect::Ask(Request::Line(line, _)) => Some(line.clone()),
        _ => None,
    };
    effects.iter().filter_map(line).collect()
}

fn done(app: &mut App, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    app.act(action, &mut effects);
    app.busy = false;
    effects
}

#[test]
fn numbers_of_rows() {
    assert_eq!(number_of("#0  main () at t.c:5"), Some(0));
    assert_eq!(number_of("* 1    0x8000 in main ()"), Some(1));
    assert_eq!(number_of("  12   main ()"), Some(12));
    assert_eq!(number_of("3       breakpoint     keep y   0x00008000 "), Some(3));
    assert_eq!(number_of("\tbreakpoint already hit 1 time"), None);
    assert_eq!(number_of(""), None);
}

#[test]
fn a_breakpoint_is_turned_by_what_it_is_and_not_by_a_letter() {
    let mut app = app(80, 24);
    app.focus_on(Pane::Points);
    // The heading is not chosen. The function of the first is called `y'.
    assert_eq!(asked(&done(&mut app, Action::Select)), ["enable 1"]);
    done(&mut app, Action::Down);
    done(&mut app, Action::Down);
    // What is said of it is its own, whatever that is.
    assert_eq!(asked(&done(&mut app, Action::Remove)), ["delete 1"]);
    done(&mut app, Action::Last);
    assert_eq!(asked(&done(&mut app, Action::Select)), ["disable 2"]);
}

#[test]
fn a_choice_that_is_gone_is_the_last_that_is_there() {
    let mut app = app(80, 24);
    app.focus_on(Pane::Points);
    done(&mut app, Action::Last);
    app.view.points.truncate(2);
    assert_eq!(asked(&done(&mut app, Action::Remove)), ["delete 1"]);
    app.view.points = vec!["No breakpoints or watchpoints.".to_owned()];
    assert!(asked(&done(&mut app, Action::Remove)).is_empty());
    app.wants.memory = vec![("sp".into(), 0), ("pc".into(), 0)];
    app.chosen.insert(Pane::Memory, 5);
    app.focus_on(Pane::Memory);
    done(&mut app, Action::Remove);
    assert_eq!(app.wants.memory, [("sp".to_owned(), 0)]);
}

#[test]
fn pages_of_memory_follow_one_another() {
    for (width, height, windows) in [(80, 24, 1), (80, 24, 2), (160, 50, 1), (60, 24, 1), (48, 12, 1)] {
        let mut app = app(width, height);
        app.focus_on(Pane::Memory);
        app.wants.memory = vec![("sp".into(), 0); windows];
        let left = 4096;
        let window = || Memory {
            expression: "sp".into(),
            base: Ok(0),
            start: 0,
            bytes: vec![None; 2048],
            left: Some(left),
        };
        app.view.memory = (0..windows).map(|_| window()).collect();
        let area = app.memory_area().unwrap();
        let row = memory::per_row(area.width) as i64;
        done(&mut app, Action::Down);
        assert_eq!(app.wants.memory[0].1, row);
        done(&mut app, Action::Up);
        done(&mut app, Action::PageDown);
        // One row of the page before is still seen, where there is room for two.
        let rows = i64::from(area.height - 1);
        assert_eq!(app.wants.memory[0].1, row * (rows - 1).max(1), "{width}x{height}");
        app.wants.memory[0].1 = 0;
        done(&mut app, Action::Last);
        let seen = app.wants.memory[0].1 + row * rows;
        assert!((left as i64..left as i64 + row).contains(&seen), "{width}x{height} {seen}");
        done(&mut app, Action::First);
        assert_eq!(app.wants.memory[0].1, 0);
    }
}

#[test]
fn end_is_the_end() {
    let mut app = app(80, 24);
    app.view.stack_left = Some(400);
    app.focus_on(Pane::Stack);
    done(&mut app, Action::Last);
    assert_eq!(app.wants.stack, 100 - app.rows_of(Pane::Stack) as i32);
    app.view.code_last = Some(0x8ffc);
    app.focus_on(Pane::Code);
    done(&mut app, Action::Last);
    assert_eq!(app.wants.code, Some(0x8ffc));
    done(&mut app, Action::First);
    assert_eq!(app.wants.code, None);
}

#[test]
fn nothing_is_scrolled_beyond_what_is_there() {
    let mut app = app(80, 24);
    app.view.registers = Some(crate::view::Registers { core: [0; 16], cpsr: 0, d: [0; 32], fpscr: 0 });
    app.view.explain = Some(("nop".into(), (0..20).map(|n| format!("line {n}")).collect()));
    for n in 0..50 {
        app.log.text(&format!("{n}\n"));
    }
    for pane in [Pane::Registers, Pane::Explain, Pane::Commands] {
        app.focus_on(pane);
        for (there, back) in [(Action::Down, Action::Up), (Action::Up, Action::Down)] {
            (0..100).for_each(|_| drop(done(&mut app, there)));
            let far = app.scroll(pane);
            done(&mut app, back);
            let near = app.scroll(pane);
            done(&mut app, there);
            assert!(
                app.scroll(pane) == far && (near.abs_diff(far) == 1 || far == 0),
                "{pane:?} {near} {far}"
            );
        }
    }
    // The beginning is a page, and not its first line.
    app.focus_on(Pane::Commands);
    done(&mut app, Action::First);
    assert_eq!(app.scroll(Pane::Commands) + app.rows_of(Pane::Commands), 50);
}

#[test]
fn each_window_is_shifted_for_itself() {
    let mut app = app(80, 24);
    app.focus_on(Pane::Points);
    done(&mut app, Action::Right);
    assert_eq!((app.shift(Pane::Points), app.shift(Pane::Code)), (ASIDE, 0));
    done(&mut app, Action::Left);
    assert_eq!(app.shift(Pane::Points), 0);
}

#[test]
fn what_is_shown_on_a_wide_screen_stays_when_tab_comes_by() {
    let mut app = app(160, 50);
    app.view = View { alive: true, ..View::default() };
    app.focus_on(Pane::Points);
    for _ in 0..8 {
        done(&mut app, Action::Next);
        assert!(app.layout().of(Pane::Points).is_some(), "{:?}", app.focus);
    }
    assert_eq!(app.focus.0, Pane::Points);
    // Another list takes its place, and the keys.
    done(&mut app, Action::Below);
    assert_eq!(app.focus.0, Pane::Threads);
    assert!(app.layout().of(Pane::Threads).is_some());
}

#[test]
fn each_turn_shows_another_window() {
    for (width, height) in [(80, 24), (160, 50)] {
        let mut app = app(width, height);
        let seen = |app: &App| app.layout().panes.iter().map(|(pane, _)| *pane).collect::<Vec<_>>();
        for _ in 0..12 {
            let before = seen(&app);
            done(&mut app, Action::Below);
            assert_ne!(seen(&app), before, "{width}x{height}");
        }
    }
}

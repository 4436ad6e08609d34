//! Drawing in corners: sizes of all kinds, what is missing, what is too long or too wide. Whole screens are compared
//! in `tests/tui`.

use super::draw;
use crate::app::App;
use crate::history::History;
use crate::panes::{ALL, CodeView, Pane};
use crate::theme::Theme;
use crate::view::{Memory, Registers, Source, View};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use skink_debug::{CodeLine, Listed, Place, StackWord};
use std::sync::Arc;

/// What is drawn of a state, line by line.
fn drawn(app: &mut App, width: u16, height: u16) -> String {
    app.size = Rect::new(0, 0, width, height);
    app.follow();
    let mut buffer = Buffer::empty(app.size);
    let cursor = draw(app, Theme::plain(), &mut buffer);
    assert!(cursor.is_none_or(|at| at.x < width && at.y < height), "{cursor:?} of {width}x{height}");
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>() + "\n";
    (0..height).map(line).collect()
}

fn registers() -> Registers {
    Registers { core: [0; 16], cpsr: 0x10, d: [u64::MAX; 32], fpscr: 0 }
}

fn listed(addr: u32, label: Option<&str>) -> Listed {
    let place = Place { addr, thumb: false };
    let text = "ldr\tr0, [r1, r2, lsl #2]".to_owned();
    let line = CodeLine { place, bytes: vec![1, 2, 3, 4], text, changed: addr.is_multiple_of(3) };
    Listed {
        line,
        label: label.map(str::to_owned),
        target: Some("somewhere+4".to_owned()),
        point: Some((1, true)),
    }
}

/// With something in every window; texts are as awkward as they get.
fn full() -> View {
    let awkward = "漢字 и e\u{301} \u{200b}\u{1f980} ".repeat(20);
    let lines: Vec<String> = (0..300).map(|n| format!("{n} {awkward}")).collect();
    View {
        name: format!("/a/{awkward}"),
        alive: true,
        reason: awkward.clone(),
        thread: u32::MAX,
        retired: Some(u64::MAX),
        position: Some(Err(awkward.clone())),
        pc: Some(u32::MAX - 3),
        place: awkward.clone(),
        frame_pc: Some(40),
        source: Some(Arc::new(Source { file: awkward.clone(), lines: lines.clone() })),
        line: Some(300),
        points_in_source: vec![(300, 1, false), (0, 2, true), (u32::MAX, 3, true)],
        code: (0..200).map(|n| listed(4 * n, (n % 7 == 0).then_some(&*awkward))).collect(),
        code_at: 10,
        registers: Some(registers()),
        before: Some(Registers { core: [1; 16], cpsr: u32::MAX, d: [0; 32], fpscr: 1 }),
        memory: (0..5)
            .map(|n| Memory {
                expression: awkward.clone(),
                base: if n == 2 { Err(awkward.clone()) } else { Ok(u32::MAX) },
                start: u32::MAX - 8,
                left: None,
                bytes: (0..100u8).map(|n| (n % 5 != 0).then_some((n, n % 2 == 0))).collect(),
            })
            .collect(),
        stack: (0..50)
            .map(|n| StackWord {
                addr: n,
                value: n,
                registers: vec!["sp".into(), "r11".into(), "r12".into()],
                note: Some(awkward.clone()),
            })
            .collect(),
        calls: lines.clone(),
        threads: lines.clone(),
        points: lines.clone(),
        locals: lines,
        explain: Some((awkward.clone(), vec![awkward.clone(), awkward])),
        ..View::default()
    }
}

/// A state in which a window has the focus, and much is written.
fn busy(view: View, focus: usize) -> App {
    let mut app = App::new(History::default());
    app.view = view;
    app.log.text(&"漢字 word ".repeat(300));
    app.console.write("x\ty\r\n漢".repeat(100).as_bytes());
    app.prompt.insert(&"print 漢字 ".repeat(30));
    app.size = Rect::new(0, 0, 80, 24);
    app.focus_on(ALL[focus % ALL.len()]);
    app
}

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % limit) as usize
    }
}

#[test]
fn no_size_and_no_state_panics() {
    use crate::app::RegisterView as R;
    let registers = [R::Core, R::Single, R::Double, R::Bytes, R::Halves, R::Words, R::Floats];
    let views = [CodeView::Best, CodeView::Source, CodeView::Instructions, CodeView::Both];
    let mut numbers = Numbers(1);
    for round in 0..400 {
        let view = if round % 4 == 0 { View::default() } else { full() };
        let mut app = busy(view, numbers.below(11));
        app.code_view = views[numbers.below(4)];
        app.register_view = registers[numbers.below(7)];
        app.below.0 = ALL[numbers.below(11)];
        app.source_cursor = (numbers.below(2) == 0).then(|| numbers.below(400) as u32);
        app.code_cursor = numbers.below(500) as i32 - 250;
        app.help = (numbers.below(8) == 0).then(|| numbers.below(100));
        app.asked = numbers.below(8) == 0;
        app.running = numbers.below(4) == 0;
        for pane in ALL {
            app.scrolled.insert(pane, numbers.below(1000));
            app.chosen.insert(pane, numbers.below(1000));
            app.shifted.insert(pane, numbers.below(100));
        }
        let (width, height) = (numbers.below(220) as u16, numbers.below(80) as u16);
        drawn(&mut app, width, height);
    }
    for (width, height) in [(0, 0), (1, 1), (0, 50), (50, 0), (1000, 60), (48, 12), (47, 12), (48, 11)] {
        drawn(&mut busy(full(), 0), width, height);
    }
}

#[test]
fn no_keys_lead_astray() {
    use crate::keys::KEYS;
    let mut numbers = Numbers(7);
    for _ in 0..20 {
        let mut size = || (48 + numbers.below(150) as u16, 12 + numbers.below(60) as u16);
        let ((mut width, mut height), other) = (size(), size());
        let mut app = busy(full(), 0);
        drawn(&mut app, width, height);
        app.wants.memory = vec![("sp".into(), 0); numbers.below(6)];
        app.view.memory.iter_mut().for_each(|window| window.left = Some(u64::from(u32::MAX)));
        (app.view.stack_left, app.view.code_last) = (Some(u64::from(u32::MAX)), Some(u32::MAX - 3));
        for _ in 0..100 {
            let binding = &KEYS[numbers.below(KEYS.len() as u64)];
            app.act(binding.action, &mut Vec::new());
            if numbers.below(20) == 0 {
                (width, height) = other;
                app.input(crossterm::event::Event::Resize(width, height));
            }
            if numbers.below(10) == 0 {
                // The session answers, and some of it is gone.
                (app.busy, app.asked, app.help) = (false, false, None);
                app.queue.clear();
                app.view.points.truncate(numbers.below(300));
                app.view.code.truncate(1 + numbers.below(200));
                app.view.code_at = app.view.code_at.min(app.view.code.len() - 1);
            }
            drawn(&mut app, width, height);
            // The command line is always there.
            let focus = app.focus.0;
            let seen = focus == Pane::Commands || app.layout().of(focus).is_some();
            assert!(seen, "{width}x{height}: {:?} leaves keys to {focus:?}, which is hidden", binding.action);
        }
    }
}

#[test]
fn too_small_a_screen_says_so() {
    let screen = drawn(&mut busy(full(), 2), 47, 20);
    assert!(screen.starts_with("48x12 is the least: 47x20"), "{screen}");
}

#[test]
fn without_source_there_are_instructions() {
    let view = View { source: None, line: None, place: "main+4".into(), ..full() };
    let mut app = busy(view, 0);
    assert!(drawn(&mut app, 80, 24).contains("ldr     r0"));
    app.code_view = CodeView::Source;
    let screen = drawn(&mut app, 80, 24);
    assert!(screen.contains("There is no source for main+4"), "{screen}");
}

#[test]
fn without_names_there_are_addresses() {
    let code: Vec<Listed> =
        (0..9).map(|n| Listed { label: None, target: None, point: None, ..listed(4 * n, None) }).collect();
    let view = View { alive: true, code, code_at: 4, frame_pc: Some(16), pc: Some(16), ..View::default() };
    let screen = drawn(&mut busy(view, 2), 80, 24);
    assert!(screen.lines().any(|line| line.starts_with(" > 00000010 ldr")), "{screen}");
}

#[test]
fn a_program_that_is_gone_leaves_no_numbers() {
    let screen = drawn(&mut busy(View { name: "x".into(), ..View::default() }, 5), 80, 24);
    assert!(screen.contains("x: not running") && screen.contains("The program is not running."), "{screen}");
    assert!(!screen.contains("00000000"), "{screen}");
}

#[test]
fn signs_say_what_colours_say() {
    let view = full();
    let mut app = busy(view, 4);
    app.view.memory.truncate(1);
    let screen = drawn(&mut app, 120, 30);
    // A register and a byte that have changed, a byte that is not there, a breakpoint that does not count.
    for sign in ["*r0  00000000", "*02", " --", "b>"] {
        assert!(screen.contains(sign), "{sign}: {screen}");
    }
}

#[test]
fn the_command_line_shows_where_its_cursor_is() {
    let mut app = busy(full(), 2);
    let last = |screen: String| screen.lines().last().unwrap_or_default().to_owned();
    app.prompt.set(&format!("{}end", "x".repeat(200)));
    assert!(last(drawn(&mut app, 80, 24)).trim_end().ends_with("xend"));
    app.prompt.home();
    app.prompt.insert("begin");
    assert!(last(drawn(&mut app, 80, 24)).starts_with("(skink) beginx"));
}

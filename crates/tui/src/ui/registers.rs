//! The registers; `*` in front of one that is not what it was at the stop before.

use super::text::{self, put};
use crate::app::{App, RegisterView};
use crate::panes::Pane;
use crate::theme::Theme;
use crate::view::Registers;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// What is shown of one register, and whether it has changed.
struct Cell {
    text: String,
    changed: bool,
}

pub(super) fn draw(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let words = format!("registers {}", app.register_view.name());
    super::heading(app, theme, Pane::Registers, &words, area, buffer);
    let inside = super::inside(area);
    let Some(now) = &app.view.registers else {
        return put(buffer, inside, 1, 0, "none", Style::new());
    };
    let rows = rows(app, now, inside.width);
    let first = app.scroll(Pane::Registers).min(rows.len().saturating_sub(inside.height as usize));
    for (y, row) in (0..).zip(rows.iter().skip(first).take(inside.height as usize)) {
        let (mut x, shift) = (0, app.shift(Pane::Registers));
        for cell in row {
            let style = if cell.changed { theme.changed() } else { Style::new() };
            let text = format!("{}{}", if cell.changed { "*" } else { " " }, cell.text);
            let seen = text::skip(&text, shift.saturating_sub(x));
            put(buffer, inside, x.saturating_sub(shift) as u16, y, &seen, style);
            x += text::width(&text) + 1;
        }
    }
}

/// All rows of the view, in so many columns.
fn rows(app: &App, now: &Registers, room: u16) -> Vec<Vec<Cell>> {
    let before = app.view.before.as_ref().unwrap_or(now);
    match app.register_view {
        RegisterView::Core => core(now, before),
        RegisterView::Single => singles(now, before),
        RegisterView::Double => doubles(now, before),
        lanes => quads(lanes, now, before, room),
    }
}

/// How many there are.
pub(crate) fn count(app: &App, room: u16) -> usize {
    app.view.registers.as_ref().map_or(0, |now| rows(app, now, room).len())
}

fn cell(name: &str, text: &str, changed: bool) -> Cell {
    Cell { text: format!("{name:<4}{text}"), changed }
}

/// R0-R15 in two columns, flags, CPSR.
fn core(now: &Registers, before: &Registers) -> Vec<Vec<Cell>> {
    const NAMES: [&str; 16] =
        ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc"];
    let register = |i: usize| cell(NAMES[i], &format!("{:08x}", now.core[i]), now.core[i] != before.core[i]);
    let mut rows: Vec<Vec<Cell>> = (0..8).map(|i| vec![register(i), register(i + 8)]).collect();
    let bit = |cpsr: u32, bit: u32| cpsr >> bit & 1 != 0;
    let letter = |(at, name): (u32, char)| if bit(now.cpsr, at) { name } else { name.to_ascii_lowercase() };
    let flags: String = [(31, 'N'), (30, 'Z'), (29, 'C'), (28, 'V')].into_iter().map(letter).collect();
    let differ = now.cpsr ^ before.cpsr;
    // ARM ARM B1.3.3: N, Z, C, V in 31 to 28, Q in 27, GE in 19 to 16, T in 5.
    rows.push(vec![
        Cell { text: format!("flags {flags}"), changed: differ >> 28 != 0 },
        Cell { text: letter((27, 'Q')).to_string(), changed: bit(differ, 27) },
        Cell { text: format!("GE {:04b}", now.cpsr >> 16 & 15), changed: differ >> 16 & 15 != 0 },
    ]);
    let set = if bit(now.cpsr, 5) { "T32" } else { "A32" };
    rows.push(vec![
        Cell { text: format!("cpsr {:08x}", now.cpsr), changed: differ != 0 },
        Cell { text: set.to_owned(), changed: bit(differ, 5) },
    ]);
    rows
}

/// S0-S31 in two columns.
fn singles(now: &Registers, before: &Registers) -> Vec<Vec<Cell>> {
    let single = |registers: &Registers, i: usize| (registers.d[i / 2] >> (32 * (i % 2))) as u32;
    let register = |i: usize| {
        let bits = single(now, i);
        cell(
            &format!("s{i}"),
            &format!("{:<9}", short(f32::from_bits(bits).into())),
            bits != single(before, i),
        )
    };
    let mut rows: Vec<Vec<Cell>> = (0..16).map(|i| vec![register(i), register(i + 16)]).collect();
    rows.push(status(now, before));
    rows
}

/// A number in 9 columns.
fn short(value: f64) -> String {
    let exact = format!("{}", value as f32);
    if exact.len() <= 9 { exact } else { format!("{value:.2e}") }
}

fn doubles(now: &Registers, before: &Registers) -> Vec<Vec<Cell>> {
    let register = |i: usize| {
        let bits = now.d[i];
        let text = format!("{bits:016x} {:?}", f64::from_bits(bits));
        vec![cell(&format!("d{i}"), &text, bits != before.d[i])]
    };
    (0..32).map(register).chain([status(now, before)]).collect()
}

/// Q0-Q15 by lanes, the lowest first; as many rows as a register needs.
fn quads(view: RegisterView, now: &Registers, before: &Registers, room: u16) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for i in 0..16 {
        let halves = [now.d[2 * i], now.d[2 * i + 1]];
        let changed = halves != [before.d[2 * i], before.d[2 * i + 1]];
        let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
        let text = text::wrap(&lanes(view, &bytes).join(" "), room.saturating_sub(5));
        for (index, row) in text.iter().enumerate() {
            let name = if index == 0 { format!("q{i}") } else { String::new() };
            rows.push(vec![cell(&name, row, changed)]);
        }
    }
    rows.push(status(now, before));
    rows
}

fn lanes(view: RegisterView, bytes: &[u8]) -> Vec<String> {
    let number = |lane: &[u8]| lane.iter().rev().fold(0u32, |value, byte| value << 8 | u32::from(*byte));
    match view {
        RegisterView::Bytes => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        RegisterView::Halves => bytes.chunks(2).map(|lane| format!("{:04x}", number(lane))).collect(),
        RegisterView::Floats => {
            bytes.chunks(4).map(|lane| short(f32::from_bits(number(lane)).into())).collect()
        }
        _ => bytes.chunks(4).map(|lane| format!("{:08x}", number(lane))).collect(),
    }
}

fn status(now: &Registers, before: &Registers) -> Vec<Cell> {
    vec![Cell { text: format!("fpscr {:08x}", now.fpscr), changed: now.fpscr != before.fpscr }]
}

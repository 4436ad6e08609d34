//! docs/performance.md, made from what `cargo xtask bench --json` wrote.

use super::programs::Group;
use super::results::{Results, Row};
use std::fmt::Write;

/// The tables, each with what it says.
const TABLES: &[(&str, &str, &[Group])] = &[
    (
        "Our own programs",
        "C, compiled by gcc for ARM, for Thumb-2 and for this machine.",
        &[Group::Integer, Group::Float],
    ),
    (
        "Debian's programs",
        "armhf packages, unmodified; native is this machine's own build of the program, where it has one.",
        &[Group::Debian],
    ),
    ("Start", "Programs that do next to nothing.", &[Group::Start]),
    (
        "Translation",
        "A program with a hundred thousand instructions that run once each, and the same program without running them.",
        &[Group::Translation],
    ),
    ("Threads", "The same work by one thread and by two.", &[Group::Threads]),
];

/// The whole document.
pub(crate) fn markdown(results: &Results) -> String {
    let machine = &results.machine;
    let mut text = format!(
        "# Performance\n\nMeasured on {} by `{}` and written by `cargo xtask bench-doc`; not to be edited.\n\n\
         {}, {} cores; {}; {}; {}; skink {}. Times are medians in seconds by the clock, the sides of a row run in turn.\n",
        results.date,
        results.command,
        machine.processor,
        machine.cores,
        machine.kernel,
        machine.qemu,
        machine.gcc,
        machine.revision,
    );
    if !results.lines.is_empty() {
        text += "\n## Lines\n\n| what | found | wanted | |\n|---|---|---|---|\n";
        for line in &results.lines {
            let verdict = if line.ok { "ok" } else { "**short**" };
            // A String takes everything.
            let _ = writeln!(text, "| {} | {} | {} | {verdict} |", line.what, line.found, line.wanted);
        }
    }
    for (title, what, groups) in TABLES {
        let rows: Vec<&Row> = results.rows.iter().filter(|row| groups.contains(&row.group)).collect();
        if !rows.is_empty() {
            let _ = writeln!(
                text,
                "\n## {title}\n\n{what}\n\n| | skink | qemu-arm | native | faster than qemu-arm | of it in processor time | \
                 slower than native | peak MiB | of qemu-arm |\n|---|---|---|---|---|---|---|---|---|"
            );
            rows.into_iter().for_each(|row| text += &table_row(row));
        }
    }
    text
}

fn table_row(row: &Row) -> String {
    let seconds = |who| row.side(who).map_or(String::new(), |side| format!("{:.4}", side.median_wall));
    let ratio = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.2}×"));
    let peak = |who| {
        row.side(who).map_or(String::new(), |side| format!("{:.1}", side.peak as f64 / (1 << 20) as f64))
    };
    let (qemu, native) = (row.faster_than("qemu-arm"), row.faster_than("native"));
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        row.name,
        seconds("skink"),
        seconds("qemu-arm"),
        seconds("native"),
        ratio(qemu.map(|qemu| qemu.0)),
        ratio(qemu.map(|qemu| qemu.1)),
        ratio(native.map(|native| 1.0 / native.0)),
        peak("skink"),
        peak("qemu-arm"),
    )
}

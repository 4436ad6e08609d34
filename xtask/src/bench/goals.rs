//! The lines that must be reached, checked on what was measured.

use super::measure::geometric_mean;
use super::programs::{Group, ONCE};
use super::results::{Line, Row};

/// Whose peak memory is compared.
const MEMORY: &[&str] = &["hello-static", "bash-20", "python3", "perl", "sqlite3", "gcc"];

/// The programs whose time the interpreter is held to.
const INTERPRETED: &[&str] = &["list-", "crc16-", "automaton-", "matrix-", "sorting-"];

/// The lines of the interpreter alone.
pub(crate) fn of_the_interpreter(rows: &[Row]) -> Vec<Line> {
    let slower = |rows: Vec<&Row>| -> Vec<f64> {
        rows.iter().filter_map(|row| row.faster_than("qemu-arm")).map(|(wall, _)| 1.0 / wall).collect()
    };
    let mix =
        slower(rows.iter().filter(|row| INTERPRETED.iter().any(|name| row.name.starts_with(name))).collect());
    let hello = slower(rows.iter().filter(|row| row.name == "hello-static").collect());
    let mut lines = Vec::new();
    if !mix.is_empty() {
        let what = "interpreted integer programs, time over qemu-arm's, geometric mean";
        lines.push(line(what, geometric_mean(&mix), 10.0, false, "x"));
    }
    lines.extend(
        hello.iter().map(|&time| line("static hello, time over qemu-arm's", time, 1.0 / 3.0, false, "x")),
    );
    lines
}

/// All lines for which there are rows.
pub(crate) fn lines(rows: &[Row]) -> Vec<Line> {
    let mut lines = Vec::new();
    let group =
        |groups: &[Group]| -> Vec<&Row> { rows.iter().filter(|row| groups.contains(&row.group)).collect() };
    let slower = |rows: &[&Row]| -> Vec<f64> {
        rows.iter().filter_map(|row| row.faster_than("native")).map(|(wall, _)| 1.0 / wall).collect()
    };
    let faster = |rows: &[&Row]| -> Vec<f64> {
        rows.iter().filter_map(|row| row.faster_than("qemu-arm")).map(|(wall, _)| wall).collect()
    };
    let mut at_most = |what: &str, values: &[f64], wanted: f64| {
        if !values.is_empty() {
            lines.push(line(what, geometric_mean(values), wanted, false, "x"));
        }
    };
    let own = group(&[Group::Integer, Group::Float]);
    at_most("integer programs, time over native, geometric mean", &slower(&group(&[Group::Integer])), 1.35);
    at_most("float programs, time over native, geometric mean", &slower(&group(&[Group::Float])), 1.7);
    at_most("own programs, time over native, geometric mean", &slower(&own), 1.5);
    let mut at_least = |what: &str, values: &[f64], mean: Option<f64>, each: f64| {
        if let (Some(wanted), false) = (mean, values.is_empty()) {
            let what = format!("{what}, speed over qemu-arm, geometric mean");
            lines.push(line(&what, geometric_mean(values), wanted, true, "x"));
        }
        if let Some(least) = values.iter().copied().reduce(f64::min) {
            lines.push(line(&format!("{what}, speed over qemu-arm, the least"), least, each, true, "x"));
        }
    };
    at_least("own programs", &faster(&own), Some(4.5), 1.0);
    let debian = group(&[Group::Debian]);
    at_least("Debian's programs", &faster(&debian), Some(4.5), 2.0);
    at_least("start", &faster(&group(&[Group::Start])), None, 4.0);
    let own = |row: &&Row| Some(row.side("qemu-arm")?.median_wall / row.side("native")?.median_wall);
    let ceiling: Vec<f64> = debian.iter().filter_map(own).collect();
    if !ceiling.is_empty() {
        let what = "Debian's programs, native, speed over qemu-arm, geometric mean";
        let found = format!("{:.2}x", geometric_mean(&ceiling));
        lines.push(Line { what: what.into(), found, wanted: "(to compare)".into(), ok: true });
    }
    let named = |name: &str| rows.iter().find(|row| row.name == name);
    if let (Some(all), Some(start)) = (named("translation"), named("translation-start")) {
        for (who, wanted) in [("skink", Some(0.3)), ("skink-auto", None), ("qemu-arm", None)] {
            let (Some(all), Some(start)) = (all.side(who), start.side(who)) else { continue };
            let each = (all.median_wall - start.median_wall) * 1e6 / ONCE as f64;
            let what = format!("{who}: an instruction that runs once, microseconds");
            lines.push(match wanted {
                Some(wanted) => line(&what, each, wanted, false, ""),
                None => Line { what, found: format!("{each:.3}"), wanted: "(to compare)".into(), ok: true },
            });
        }
    }
    for name in MEMORY {
        let Some(row) = named(name) else { continue };
        if let (Some(ours), Some(theirs)) = (row.side("skink"), row.side("qemu-arm")) {
            let more = (ours.peak as f64 - theirs.peak as f64) / (1 << 20) as f64;
            lines.push(line(&format!("{name}, peak memory over qemu-arm's, MiB"), more, 16.0, false, ""));
        }
    }
    for kind in ["parallel", "atomic"] {
        for who in ["skink", "native"] {
            let times =
                ["1", "2"].map(|n| Some(named(&format!("threads-{kind}-{n}"))?.side(who)?.median_wall));
            let [Some(one), Some(two)] = times else { continue };
            let (what, ratio) = (format!("{who}: two threads, {kind}, speed over one"), one / two);
            // What the machine gives a native program: on a busy one no emulator reaches the line either.
            lines.push(match who {
                "skink" => line(&what, ratio, 1.9, true, "x"),
                _ => Line { what, found: format!("{ratio:.2}x"), wanted: "(to compare)".into(), ok: true },
            });
        }
    }
    lines
}

fn line(what: &str, found: f64, wanted: f64, at_least: bool, unit: &str) -> Line {
    let (ok, word) = if at_least { (found >= wanted, "at least") } else { (found <= wanted, "at most") };
    Line {
        what: what.to_owned(),
        found: format!("{found:.2}{unit}"),
        wanted: format!("{word} {}{unit}", (wanted * 100.0).round() / 100.0),
        ok,
    }
}

#[cfg(test)]
mod tests {
    use super::super::measure::Sample;
    use super::super::results::Measured;
    use super::*;

    fn row(name: &str, group: Group, walls: &[(&str, f64)]) -> Row {
        let sides = walls.iter().map(|&(who, wall)| {
            Measured::new(who, vec![Sample { wall, user: wall, system: 0.0, peak: 1 << 20 }])
        });
        Row { name: name.into(), group, sides: sides.collect() }
    }

    #[test]
    fn the_interpreter_has_lines_of_its_own() {
        let rows = [
            row("list-arm", Group::Integer, &[("skink", 4.0), ("qemu-arm", 1.0), ("native", 0.1)]),
            row("crc16-thumb", Group::Integer, &[("skink", 16.0), ("qemu-arm", 1.0), ("native", 0.1)]),
            row("fib-arm", Group::Integer, &[("skink", 900.0), ("qemu-arm", 1.0), ("native", 0.1)]),
            row("hello-static", Group::Start, &[("skink", 1.0), ("qemu-arm", 2.0)]),
        ];
        let found: Vec<(String, bool)> =
            of_the_interpreter(&rows).into_iter().map(|line| (line.found, line.ok)).collect();
        assert_eq!(found, [("8.00x".to_owned(), true), ("0.50x".to_owned(), false)]);
    }

    #[test]
    fn lines_are_drawn_where_they_are() {
        let rows = [
            row("a", Group::Integer, &[("skink", 1.0), ("qemu-arm", 4.0), ("native", 1.0)]),
            row("b", Group::Integer, &[("skink", 2.0), ("qemu-arm", 12.0), ("native", 1.0)]),
            row("translation", Group::Translation, &[("skink", 0.05), ("qemu-arm", 0.2)]),
            row("translation-start", Group::Translation, &[("skink", 0.01), ("qemu-arm", 0.01)]),
            row("threads-atomic-1", Group::Threads, &[("skink", 1.9)]),
            row("threads-atomic-2", Group::Threads, &[("skink", 1.0)]),
            row("perl", Group::Debian, &[("skink", 1.0), ("qemu-arm", 1.5)]),
        ];
        let found: Vec<(String, String, bool)> =
            lines(&rows).into_iter().map(|line| (line.what, line.found, line.ok)).collect();
        let has = |what: &str, value: &str, ok: bool| {
            assert!(
                found.iter().any(|f| f.0.contains(what) && f.1 == value && f.2 == ok),
                "{what}: {found:?}"
            );
        };
        has("integer programs, time over native", "1.41x", false);
        has("own programs, time over native", "1.41x", true);
        has("own programs, speed over qemu-arm, geometric", "4.90x", true);
        has("own programs, speed over qemu-arm, the least", "4.00x", true);
        has("Debian's programs, speed over qemu-arm, the least", "1.50x", false);
        has("skink: an instruction", "0.40", false);
        has("skink: two threads, atomic", "1.90x", true);
        has("perl, peak", "0.00", true);
    }
}

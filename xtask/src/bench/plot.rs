//! A picture of the results: for each row how much faster than qemu-arm skink is, and the native build where there is one.

use super::results::{Results, Row};
use std::fmt::Write;

const BAR: f64 = 9.0;
const ROW: f64 = 24.0;
const LEFT: f64 = 150.0;
const WIDTH: f64 = 620.0;
const TOP: f64 = 50.0;

/// The picture, as SVG. The scale is logarithmic: twice as fast is as long from 1 to 2 as from 8 to 16.
pub(crate) fn svg(results: &Results) -> String {
    let rows: Vec<&Row> = results.rows.iter().filter(|row| row.faster_than("qemu-arm").is_some()).collect();
    let most = rows.iter().flat_map(|row| ratios(row)).map(|(_, ratio)| ratio).fold(2.0, f64::max);
    let least = rows.iter().flat_map(|row| ratios(row)).map(|(_, ratio)| ratio).fold(0.5, f64::min);
    let (low, high) = (least.log2().floor(), most.log2().ceil());
    let x = |ratio: f64| LEFT + (ratio.log2() - low) / (high - low) * WIDTH;
    let height = TOP + rows.len() as f64 * ROW + 20.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"18\" font-size=\"14\">Speed over qemu-arm: <tspan fill=\"{}\">skink</tspan>, <tspan fill=\"{}\">native</tspan></text>\n",
        LEFT + WIDTH + 60.0,
        colour("skink"),
        colour("native"),
    );
    let mut power = low;
    while power <= high {
        let (at, value) = (x(power.exp2()), power.exp2());
        let stroke = if power == 0.0 { "#333" } else { "#ddd" };
        // A String takes everything.
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{}\" x2=\"{at:.1}\" y2=\"{}\" stroke=\"{stroke}\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{value}×</text>",
            TOP - 6.0,
            height - 16.0,
            TOP - 10.0
        );
        power += 1.0;
    }
    for (i, row) in rows.iter().enumerate() {
        let y = TOP + i as f64 * ROW;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            y + 13.0,
            escaped(&row.name)
        );
        for (j, (who, ratio)) in ratios(row).into_iter().enumerate() {
            let (from, to) = (x(1.0).min(x(ratio)), x(1.0).max(x(ratio)));
            let y = y + j as f64 * BAR + 2.0;
            let _ = writeln!(
                svg,
                "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" fill=\"{}\"/><text x=\"{:.1}\" y=\"{:.1}\" font-size=\"9\">{ratio:.1}</text>",
                to - from,
                colour(who),
                to + 3.0,
                y + 8.0
            );
        }
    }
    svg + "</svg>\n"
}

/// How much faster than qemu-arm each side is.
fn ratios(row: &Row) -> Vec<(&'static str, f64)> {
    let Some(qemu) = row.side("qemu-arm") else { return Vec::new() };
    ["skink", "native"]
        .into_iter()
        .filter_map(|who| Some((who, qemu.median_wall / row.side(who)?.median_wall)))
        .collect()
}

fn colour(who: &str) -> &'static str {
    if who == "skink" { "#2a7f62" } else { "#c08a2b" }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

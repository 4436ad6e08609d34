//! Colours and other ways to set text apart. Whatever a colour says, a sign or a word says too: terminals have 16
//! colours, two, or a reader who has asked for none (NO_COLOR).

use ratatui::style::{Color, Modifier, Style};

/// How things look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    colours: bool,
    /// Whether lines can be drawn with more than ASCII.
    unicode: bool,
}

impl Theme {
    /// As the environment wants it: https://no-color.org, and the character set of the locale (locale(7)).
    pub(crate) fn of_environment() -> Theme {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
        let locale = locale.to_ascii_lowercase().replace('-', "");
        let dumb = set("TERM").is_some_and(|term| term == "vt100" || term.ends_with("-m"));
        Theme { colours: set("NO_COLOR").is_none() && !dumb, unicode: locale.contains("utf8") }
    }

    /// For tests of drawing.
    #[cfg(test)]
    pub(crate) fn plain() -> Theme {
        Theme { colours: false, unicode: true }
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colours { Style::new().fg(colour) } else { Style::new() }
    }

    /// A line between windows.
    pub(crate) fn horizontal(self) -> &'static str {
        if self.unicode { "─" } else { "-" }
    }

    /// The same upright.
    pub(crate) fn vertical(self) -> &'static str {
        if self.unicode { "│" } else { "|" }
    }

    /// The first row of the screen.
    pub(crate) fn bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The title of a window, and of the one that keys are for.
    pub(crate) fn title(self, focused: bool) -> Style {
        match focused {
            true => self.coloured(Color::Cyan).add_modifier(Modifier::BOLD),
            false => Style::new(),
        }
    }

    /// Where the program is.
    pub(crate) fn here(self) -> Style {
        self.coloured(Color::Yellow).add_modifier(Modifier::BOLD)
    }

    /// Where the cursor is.
    pub(crate) fn cursor(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What is not as it was.
    pub(crate) fn changed(self) -> Style {
        self.coloured(Color::Green).add_modifier(Modifier::BOLD)
    }

    /// A breakpoint.
    pub(crate) fn point(self) -> Style {
        self.coloured(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Addresses, numbers of lines, names.
    pub(crate) fn faint(self) -> Style {
        self.coloured(Color::Blue)
    }
}

//! A terminal's screen as an SVG: the picture in the README is what the program really drew.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;
const FOREGROUND: &str = "#d8dee9";
const BACKGROUND: &str = "#1e222a";
/// The sixteen colours of a terminal, dark theme.
const PALETTE: [&str; 16] = [
    "#1e222a", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9", "#6b7280",
    "#ef8891", "#b5d99c", "#f0d399", "#8ac7f7", "#d7a1e7", "#7fcdd6", "#ffffff",
];

/// Draws the screen.
pub fn svg(screen: &Screen, title: &str) -> String {
    let (rows, columns) = screen.size();
    let width = f32::from(columns.get()) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(rows.get()) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\">\n\
         <title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
        escape(title)
    );
    for row in 0..rows.get() {
        for run in runs(screen, row) {
            draw(&mut svg, row, &run);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Neighbouring cells of one style.
struct Run {
    column: u16,
    cells: u16,
    text: String,
    style: Style,
}

#[derive(Clone, Copy, PartialEq)]
struct Style {
    foreground: Option<Color>,
    background: Option<Color>,
    bold: bool,
    dim: bool,
    underline: bool,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let colour = |colour: Color| (colour != Color::Default).then_some(colour);
        let (mut foreground, mut background) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
        if cell.inverse() {
            // The default colours change places too.
            (foreground, background) =
                (background.or(Some(Color::Idx(0))), foreground.or(Some(Color::Idx(7))));
        }
        Self { foreground, background, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
    }
}

fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(row, column) else { continue };
        let style = Style::of(cell);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some(run) if run.style == style => {
                run.cells += 1;
                run.text.push_str(text);
            }
            _ => runs.push(Run { column, cells: 1, text: text.to_owned(), style }),
        }
    }
    runs
}

fn draw(svg: &mut String, row: u16, run: &Run) {
    let x = MARGIN + f32::from(run.column) * CELL_WIDTH;
    let y = MARGIN + f32::from(row) * CELL_HEIGHT;
    let width = f32::from(run.cells) * CELL_WIDTH;
    // Writing to a String cannot fail.
    if let Some(background) = run.style.background {
        let fill = colour(background);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{fill}\"/>"
        );
    }
    if run.text.trim().is_empty() {
        return;
    }
    let fill = run.style.foreground.map_or_else(|| FOREGROUND.to_owned(), colour);
    let mut style = String::new();
    if run.style.bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if run.style.dim {
        style.push_str(" opacity=\"0.6\"");
    }
    if run.style.underline {
        style.push_str(" text-decoration=\"underline\"");
    }
    let text = escape(run.text.trim_end());
    let cells = u16::try_from(run.text.trim_end().chars().count()).unwrap_or(run.cells);
    let baseline = y + CELL_HEIGHT - 5.0;
    let length = f32::from(cells) * CELL_WIDTH;
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\" fill=\"{fill}\"{style}>{text}</text>"
    );
}

fn colour(colour: Color) -> String {
    match colour {
        Color::Default => FOREGROUND.to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Idx(index) => match index {
            0..16 => PALETTE[usize::from(index)].to_owned(),
            // The 6x6x6 cube, then a ramp of greys (xterm's 256 colours).
            16..232 => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let index = index - 16;
                format!("#{:02x}{:02x}{:02x}", level(index / 36), level(index / 6 % 6), level(index % 6))
            }
            232.. => format!("#{0:02x}{0:02x}{0:02x}", 8 + 10 * (index - 232)),
        },
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

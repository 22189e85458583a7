//! `signet check`: what is wrong in these files, and nothing else.

use clap::Args;
use signet_certs::report::{Documents, Findings, LocatedFinding, Summary};
use signet_certs::{JudgeOptions, Margin, algorithms};

use super::Context;
use super::decode::read_all;
use crate::cli::Format;
use crate::output::{Output, exit_for, say};
use crate::{Exit, Failure};

/// Say only what is wrong in files, for CI and cron: exit 1 when something reaches --fail-on
///
/// Reads what `signet decode` reads.
#[derive(Debug, Args)]
pub struct Check {
    /// The files; standard input when absent or -.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<String>,
    /// Warn when less than this remains: a share of the certificate's life such as 25%, or a time such as 72h.
    #[arg(long, value_name = "MARGIN", default_value = "10%", value_parser = margin)]
    warn: Margin,
}

impl Check {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let (documents, unread) = read_all(&self.files);
        let options =
            JudgeOptions { warn: self.warn, ..JudgeOptions::at(context.now(), algorithms::aws_lc_rs()) };
        let answer = Findings::of(Documents::new(&documents, &options));
        if !(documents.is_empty() && unread) {
            print(&mut context.output, &answer)?;
            let certificates: usize = documents.iter().map(|document| document.certificates().count()).sum();
            say(&format!("{}: {}", plural(certificates, "certificate"), counted(answer.summary)));
        }
        Ok(if unread { Exit::Unchecked } else { exit_for(&context.global, answer.gravest()) })
    }
}

fn print(output: &mut Output, answer: &Findings) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let codes: Vec<_> = answer.items.iter().map(|item| item.finding.code.as_str()).collect();
        return output.text(&codes.join("\n"));
    }
    let mut lines = output.lines();
    let mut place = None;
    for item in &answer.items {
        if place.as_ref() != Some(&of(item)) {
            if place.is_some() {
                lines.gap();
            }
            lines.push(0, output.paint.heading(&of(item)));
            place = Some(of(item));
        }
        output.finding(&mut lines, 2, &item.finding);
    }
    output.text(&lines.into_text())
}

/// The object that a finding is about: `secret.yaml foo/httpbin`.
fn of(item: &LocatedFinding) -> String {
    let name = match (&item.namespace, &item.name) {
        (Some(namespace), Some(name)) => Some(format!("{namespace}/{name}")),
        (_, name) => name.clone(),
    };
    let parts: Vec<_> = item.file.iter().chain(&name).map(String::as_str).collect();
    parts.join(" ")
}

fn counted(summary: Summary) -> String {
    let Summary { error, warning, info } = summary;
    let counts = [(error, "error"), (warning, "warning"), (info, "hint")];
    let some: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if some.is_empty() { "nothing wrong".to_owned() } else { some.join(", ") }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Reads `25%`, or a number of days, hours, minutes or seconds: `72h`.
fn margin(text: &str) -> Result<Margin, String> {
    const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
    let percent = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    if let Some(percent) = percent.filter(|percent| (0.0..=100.0).contains(percent)) {
        return Ok(Margin::Share(percent / 100.0));
    }
    let seconds = UNITS.iter().find_map(|(unit, seconds)| {
        let number: u32 = text.strip_suffix(*unit)?.parse().ok()?;
        Some(i64::from(number) * seconds)
    });
    seconds
        .map(Margin::Seconds)
        .ok_or_else(|| "give a share of the life such as 25%, or a time such as 72h".to_owned())
}

#[cfg(test)]
mod tests {
    use signet_certs::Margin;

    use super::margin;

    #[test]
    fn a_margin_is_a_share_or_a_time() {
        assert_eq!(margin("25%"), Ok(Margin::Share(0.25)));
        assert_eq!(margin("72h"), Ok(Margin::Seconds(72 * 3600)));
        assert_eq!(margin("3d"), margin("72h"));
        for wrong in ["25", "101%", "-1%", "%", "NaN%", "", "-1h", "h", "1w", "1.5h", "99999999999d"] {
            assert!(margin(wrong).is_err(), "{wrong}");
        }
    }
}

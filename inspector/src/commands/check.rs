//! `signet check`: what is wrong in these files, and nothing else.

use clap::Args;
use signet_certs::report::{Documents, Findings, LocatedFinding, Summary};
use signet_certs::{JudgeOptions, algorithms};

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
    /// Warn when less than this share of a certificate's life remains.
    #[arg(long, value_name = "PERCENT%", default_value = "10%", value_parser = share)]
    warn: f64,
}

impl Check {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let (documents, unread) = read_all(&self.files);
        let options = JudgeOptions {
            warn_share: self.warn,
            ..JudgeOptions::at(context.now(), algorithms::aws_lc_rs())
        };
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

/// `25%` as 0.25.
fn share(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    match percent {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("give a share of the life such as 25%".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_a_percentage() {
        assert_eq!(share("25%"), Ok(0.25));
        for wrong in ["25", "101%", "-1%", "%", "NaN%", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}

//! The matrix and the pairs for people.

use signet_certs::{Severity, UnixTime};
use signet_mesh::report::{Question, RestartFirst, Trust, TrustReason};
use signet_mesh::trust::{Difference, Group, Matrix, Verdict};

use crate::Failure;
use crate::cli::Format;
use crate::columns::Cell;
use crate::columns::pairs::{COLUMNS, place};
use crate::output::{Lines, Output, Table, say, signer};

/// Prints every pair: one in full, several as a table.
pub(super) fn pairs(output: &mut Output, answer: &Trust, at: UnixTime) -> Result<(), Failure> {
    if output.object(answer)? {
        return Ok(());
    }
    if output.format == Format::Name {
        let names: Vec<_> =
            answer.pairs.iter().map(|pair| format!("{} {}", pair.client, pair.server)).collect();
        return output.text(&names.join("\n"));
    }
    if answer.pairs.is_empty() {
        say("nobody is asked about themselves; name another pod");
        return Ok(());
    }
    let mut lines = output.lines();
    if let [pair] = answer.pairs.as_slice() {
        let client = place(pair.client_cluster.as_ref(), &pair.client);
        let server = place(pair.server_cluster.as_ref(), &pair.server);
        let verdict = output.paint.severity(pair.severity, pair.verdict.word());
        let before = pair.before.map(|before| format!(" (now {})", before.word())).unwrap_or_default();
        lines.push(0, format_args!("{verdict}{before}: {client} as client, {server} as server"));
        reasons(output, &mut lines, &pair.reasons);
        if !pair.other_reasons.is_empty() {
            lines.push(2, "beside the certificates:");
            reasons(output, &mut lines, &pair.other_reasons);
        }
    } else {
        lines.text(&Table::of(COLUMNS, &answer.pairs, at, output.is_wide()).render(output.paint));
    }
    restart_first(output, &mut lines, &answer.restart_first);
    output.text(&lines.into_text())
}

/// Prints the matrix by namespace and signer; whether a change would break something in it.
pub(super) fn groups(output: &mut Output, question: &Question<'_>) -> Result<bool, Failure> {
    let Question { matrix, before, .. } = *question;
    let groups = matrix.groups();
    if groups.is_empty() {
        say("no pod with a proxy found there; look at another namespace or with other labels");
        return Ok(false);
    }
    let several = groups.iter().any(|group| group.cluster.is_some());
    let leading = ["#", "CLUSTER", "NAMESPACE", "SIGNER", "PODS"];
    let leading = leading.into_iter().filter(|name| several || *name != "CLUSTER").map(str::to_owned);
    let mut table = Table::new(leading.chain((1..=groups.len()).map(|number| number.to_string())));
    for (number, client) in (1..).zip(&groups) {
        let mut row = vec![plain(number.to_string())];
        row.extend(client.cluster.clone().map(plain));
        row.push(plain(client.namespace.clone()));
        row.push(plain(signer(client.signer.as_deref()).to_owned()));
        row.push(plain(client.members.len().to_string()));
        row.extend(groups.iter().map(|server| cell(matrix, before, client, server)));
        table.push(row);
    }
    let mut lines = output.lines();
    lines.text(&table.render_within(lines.width(), output.paint));
    lines.push(
        0,
        output.paint.faint("rows are clients, columns servers; ? is not known, some differs between pods"),
    );
    missing(output, &mut lines, matrix, &groups);
    plaintext(output, &mut lines, matrix, &groups);
    let mut breaks = false;
    if let Some(before) = before {
        let difference = Difference::between(before, matrix);
        breaks = difference.breaks > 0;
        lines.gap();
        let severity = if breaks { Severity::Error } else { Severity::Info };
        let words = format!("breaks {}, mends {}", counted(difference.breaks), counted(difference.mends));
        lines.push(0, output.paint.severity(severity, &words));
        restart_first(output, &mut lines, &RestartFirst::all(before, matrix));
    }
    output.text(&lines.into_text())?;
    let left_out = matrix.peers().iter().filter(|peer| !peer.has_proxy()).count();
    if left_out > 0 {
        say(&format!("{left_out} pods have no proxy of their own and are left out"));
    }
    Ok(breaks)
}

fn plain(text: String) -> Cell {
    Cell { text, severity: None }
}

/// What a group of clients gets of a group of servers; with what it gets now, where a change turns that.
fn cell(matrix: &Matrix, before: Option<&Matrix>, client: &Group, server: &Group) -> Cell {
    let verdict = matrix.cell(client, server).verdict();
    let was = before.map(|before| before.cell(client, server).verdict());
    let text = match was {
        Some(was) if was != verdict => format!("{}→{}", word(was), word(verdict)),
        _ => word(verdict).to_owned(),
    };
    Cell { text, severity: Some(verdict.map_or(Severity::Warning, Verdict::severity)) }
}

/// The answer that all of a group share, or that they differ; short, because there are many.
fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Unknown) => "?",
        Some(verdict) => verdict.word(),
        None => "some",
    }
}

/// Which roots are missing, of whom and where.
fn missing(output: &Output, lines: &mut Lines, matrix: &Matrix, groups: &[Group]) {
    let lacks = matrix.lacks(groups);
    if lacks.is_empty() {
        return;
    }
    lines.gap();
    lines.push(0, output.paint.heading("missing roots"));
    for lack in lacks {
        let root = format!("{} {}", lack.root.fingerprint.short(), lack.root.subject);
        let text = format!("{root}: presented by {}, not trusted by {}", listed(&lack.of), listed(&lack.at));
        lines.sentence(2, &text, str::to_owned);
    }
}

/// Where certificates do not decide alone, whatever the matrix says.
fn plaintext(output: &Output, lines: &mut Lines, matrix: &Matrix, groups: &[Group]) {
    let found = matrix.plaintext(groups);
    if found.is_empty() {
        return;
    }
    lines.gap();
    lines.push(0, output.paint.heading("beside the certificates"));
    for (inbound, places) in found {
        for words in inbound.plaintext() {
            lines.sentence(2, &format!("{} {words}", listed(&places)), str::to_owned);
        }
    }
}

/// Groups as the table numbers them.
fn listed(places: &[usize]) -> String {
    let numbers: Vec<_> = places.iter().map(|place| (place + 1).to_string()).collect();
    numbers.join(", ")
}

fn reasons(output: &Output, lines: &mut Lines, reasons: &[TrustReason]) {
    for reason in reasons {
        lines.sentence(2, &reason.message, str::to_owned);
        if let Some(code) = code(&reason.code) {
            lines.sentence(4, code.advice, |line| output.paint.faint(line));
        }
    }
}

fn code(name: &str) -> Option<&'static signet_certs::Code> {
    signet_certs::CODES.iter().chain(signet_mesh::codes::CODES).find(|code| code.name == name)
}

fn restart_first(output: &Output, lines: &mut Lines, first: &[RestartFirst]) {
    if first.is_empty() {
        return;
    }
    lines.gap();
    lines.push(0, output.paint.heading("before that"));
    for workload in first {
        let RestartFirst { namespace, owner, reason, command, .. } = workload;
        let name = place(workload.cluster.as_ref(), &format!("{namespace}/{owner}"));
        lines.sentence(2, &format!("{name}: {reason}"), str::to_owned);
        lines.sentence(4, command, |line| output.paint.faint(line));
    }
}

fn counted(pairs: usize) -> String {
    if pairs == 1 { "1 connection".to_owned() } else { format!("{pairs} connections") }
}

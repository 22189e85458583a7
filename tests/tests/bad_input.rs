//! Bad input to every command: one line that names the thing, the reason and the remedy, the right
//! exit code, and nothing lost of what could be read.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use signet_tests::fixtures::{NOW, identity, tls_secret};
use signet_tests::programs::{Run, path, signet};
use tempfile::TempDir;

/// Every command that reads a file, as it would be asked to read `file`.
fn readers(file: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["decode", file],
        vec!["check", file],
        vec!["verify", "--roots", file, file],
        vec!["explain", "-f", file],
        vec!["pods", "--snapshot", file],
        vec!["chain", "--snapshot", file, "httpbin"],
        vec!["capture", "--snapshot", file],
    ]
}

/// `signet` said one line about `thing`, printed nothing else, and exited with `code`.
fn assert_one_line(run: &Run, code: i32, thing: &str, what: &[&str]) {
    assert_eq!(run.code, code, "{what:?}: {run:?}");
    assert_eq!(run.stdout, "", "{what:?}");
    let lines: Vec<_> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{what:?}: {}", run.stderr);
    assert!(lines[0].contains(thing), "{what:?}: {}", lines[0]);
    assert!(lines[0].contains("; "), "{what:?} has no remedy: {}", lines[0]);
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let file = folder.path().join(name);
    fs::write(&file, bytes).expect("a written file");
    file.to_string_lossy().into_owned()
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = TempDir::new().expect("a folder");
    let missing = folder.path().join("missing.pem").to_string_lossy().into_owned();
    let directory = folder.path().to_string_lossy().into_owned();
    let empty = write(&folder, "empty.pem", "");
    let binary =
        write(&folder, "photo.jpg", [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0, 1]);
    for file in [&missing, &directory, &empty, &binary] {
        for arguments in readers(file) {
            assert_one_line(&signet(&arguments, b""), 3, file, &arguments);
        }
    }
}

#[test]
fn a_file_over_the_limit_is_refused_in_bounded_memory() {
    let folder = TempDir::new().expect("a folder");
    let large = folder.path().join("large.pem");
    let mut file = fs::File::create(&large).expect("a file");
    let line = vec![b'A'; 1 << 20];
    for _ in 0..100 {
        file.write_all(&line).expect("a written file");
    }
    let large = large.to_string_lossy().into_owned();
    for arguments in &readers(&large) {
        let run = limited(400 << 10, arguments, &large);
        assert_one_line(&run, 3, "than the limit of", arguments);
    }
    let run = limited(400 << 10, &["decode", "-"], &large);
    assert_one_line(&run, 3, "limit of 64 MiB", &["decode", "-"]);
}

/// Runs `signet` with at most so many KiB of address space, `input` as its standard input.
fn limited(kib: usize, arguments: &[&str], input: &str) -> Run {
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {kib}; exec \"$@\""), "sh"])
        .arg(path("SIGNET_BIN"))
        .args(arguments)
        .stdin(fs::File::open(input).expect("the input"))
        .output()
        .expect("signet starts");
    Run {
        code: output.status.code().expect("signet was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn a_truncated_block_hides_neither_of_its_neighbours() {
    let httpbin = identity("foo", "httpbin");
    let (leaf, root) = (&httpbin.chain[0], &httpbin.roots[0]);
    let torn = &leaf[..leaf.len() / 2];
    let run = signet(&["decode", "--now", NOW, "-o", "json"], format!("{leaf}{torn}\n{root}").as_bytes());
    assert_eq!(run.code, 1, "{run:?}");
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let document = &answer["documents"][0];
    let subjects: Vec<_> =
        document["certificates"].as_array().expect("a list").iter().map(|c| &c["role"]).collect();
    assert_eq!(subjects, ["leaf", "root"]);
    let codes: Vec<_> = document["findings"].as_array().expect("a list").iter().map(|f| &f["code"]).collect();
    assert!(codes.contains(&&"unreadable".into()), "{codes:?}");
}

#[test]
fn a_broken_document_hides_none_of_the_others() {
    let httpbin = identity("foo", "httpbin");
    let secret = |name: &str| tls_secret(name, &httpbin.chain.concat(), &httpbin.roots[0]);
    let broken = "apiVersion: v1\nkind: Secret\nmetadata: {name: third\n";
    let stream = [&secret("first"), &secret("second"), broken, &secret("fourth"), &secret("fifth")]
        .map(ToOwned::to_owned)
        .join("---\n");
    let run = signet(&["decode", "--now", NOW, "-o", "json"], stream.as_bytes());
    assert_eq!(run.code, 1, "{run:?}");
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let names: Vec<_> = answer["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|d| d["source"]["name"].as_str())
        .collect();
    assert_eq!(names, ["first", "second", "fourth", "fifth"]);
    assert!(run.stdout.contains("document 3"), "{}", run.stdout);
}

#[test]
fn one_unreadable_file_hides_none_of_the_others() {
    let folder = TempDir::new().expect("a folder");
    let good = write(&folder, "good.pem", &identity("foo", "httpbin").chain[0]);
    let missing = folder.path().join("missing.pem").to_string_lossy().into_owned();
    let run = signet(&["decode", "--now", NOW, "-o", "name", &missing, &good], b"");
    assert_eq!(run.code, 3);
    assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
    assert!(run.stderr.contains("missing.pem"), "{run:?}");
}

#[test]
fn wrong_command_lines_exit_with_2() {
    for arguments in [
        &["frobnicate"][..],
        &["pods", "--demo", "--context", "x"],
        &["pods", "--demo", "--snapshot", "x"],
        &["pods", "--demo", "-l", "app"],
        &["verify", "--roots", "x"],
        &["verify", "--roots", "x", "--name", "no name", "x"],
        &["verify", "--roots", "x", "--name", "spiffe://Not/valid", "x"],
        &["check", "--warn", "25", "x"],
        &["decode", "--now", "yesterday", "-"],
        &["man", "frobnicate"],
    ] {
        let run = signet(arguments, b"");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {run:?}");
    }
}

#[test]
fn a_pod_that_is_not_there_exits_with_3() {
    let run = signet(&["chain", "--demo", "foo/nobody"], b"");
    assert_one_line(&run, 3, "foo/nobody", &["chain"]);
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let output = Command::new("sh")
        .args(["-c", "\"$0\" pods --demo | head -1", &path("SIGNET_BIN").to_string_lossy()])
        .current_dir(Path::new("/"))
        .output()
        .expect("sh starts");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("NAMESPACE"));
}

use std::time::Duration;

use signet_mesh::dump::ReadError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::{ask, in_time, read};

/// Asks a proxy that answers each request with `answers` in turn, and then as `after` says.
async fn asked(
    answers: &[&str],
    after: impl AsyncFnOnce(DuplexStream),
) -> Result<signet_mesh::dump::Dump, ReadError> {
    let (near, mut far) = duplex(64 * 1024);
    let proxy = async {
        for answer in answers {
            request(&mut far).await;
            far.write_all(answer.as_bytes()).await.expect("it is read");
        }
        after(far).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        dump = in_time(ask(near)) => dump,
        () = proxy => unreachable!("a proxy goes on"),
    }
}

/// Reads a request to the end of its headers.
async fn request(far: &mut DuplexStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(far.read_u8().await.expect("a request"));
    }
    String::from_utf8(request).expect("text")
}

async fn silence(stream: DuplexStream) {
    let _open = stream;
    std::future::pending::<()>().await;
}

async fn hang_up(stream: DuplexStream) {
    drop(stream);
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

const NODE: &str = r#"{"configs":[{"bootstrap":{"node":{"metadata":{"CERT_SIGNER":"foo"}}}}]}"#;
const NO_SECRETS: &str = r#"{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.SecretsConfigDump"}]}"#;

fn message(answer: Result<signet_mesh::dump::Dump, ReadError>) -> String {
    answer.expect_err("no dump").to_string()
}

#[tokio::test(start_paused = true)]
async fn secrets_and_metadata_make_one_dump() {
    let dump = asked(&[&ok(NO_SECRETS), &ok(NODE)], silence).await.expect("a dump");
    assert_eq!(dump.claimed_signer.as_deref(), Some("foo"));
    assert!(dump.chain.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_proxy_is_told_to_close_after_the_last_question_alone() {
    let (near, mut far) = duplex(64 * 1024);
    let proxy = async {
        let mut closes = Vec::new();
        for answer in [NO_SECRETS, NODE] {
            let request = request(&mut far).await;
            closes.push(request.to_ascii_lowercase().contains("connection: close"));
            far.write_all(ok(answer).as_bytes()).await.expect("it is read");
        }
        closes
    };
    let (dump, closes) = tokio::join!(ask(near), proxy);
    assert_eq!((dump.is_ok(), closes), (true, vec![false, true]));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_closes_after_its_answers_is_read() {
    let dump = asked(&[&ok(NO_SECRETS), &ok(NODE)], hang_up).await.expect("a dump");
    assert_eq!(dump.claimed_signer.as_deref(), Some("foo"));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_says_nothing_is_given_up_in_time() {
    let began = Instant::now();
    let said = message(asked(&[], silence).await);
    assert_eq!(said, "the proxy's admin port does not answer: no whole answer within 5 s");
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn headers_that_trickle_in_are_given_up_in_time() {
    let began = Instant::now();
    let trickle = async |mut stream: DuplexStream| {
        for index in 0.. {
            stream.write_all(format!("x-{index}: y\r\n").as_bytes()).await.expect("it is read");
            sleep(Duration::from_millis(100)).await;
        }
    };
    let said = message(asked(&["HTTP/1.1 200 OK\r\n"], trickle).await);
    assert!(said.contains("no whole answer"), "{said}");
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn rubbish_is_called_so() {
    let said = message(asked(&["hello, I am a database\r\n\r\n"], silence).await);
    assert_eq!(said, "the proxy's answer is no config dump: it is no HTTP");
    let said = message(asked(&[&ok("not ready"), &ok(NODE)], silence).await);
    assert!(said.starts_with("the proxy's answer is no config dump"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed() {
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://metadata/\r\ncontent-length: 0\r\n\r\n";
    let said = message(asked(&[elsewhere], silence).await);
    assert_eq!(said, "the proxy's answer is no config dump: it is HTTP 302");
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_not_read_to_its_end() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n";
    let said = message(asked(&[announced], silence).await);
    assert_eq!(said, "the proxy's answer is no config dump: it is larger than 16 MiB");

    let endless = async |mut stream: DuplexStream| {
        let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    };
    let said = message(asked(&["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"], endless).await);
    assert_eq!(said, "the proxy's answer is no config dump: it is larger than 16 MiB");
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_hangs_up_is_unreachable() {
    for answers in [&[][..], &["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"][..]] {
        let error = asked(answers, hang_up).await.expect_err("no dump");
        assert!(matches!(error, ReadError::Unreachable { .. }), "{error}");
    }
}

#[test]
fn nothing_at_all_is_no_dump() {
    assert!(read(&["", ""]).is_err());
}

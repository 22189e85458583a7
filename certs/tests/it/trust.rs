//! Whether two sides accept each other.

use std::sync::Arc;

use rcgen::ExtendedKeyUsagePurpose;
use signet_certs::{Certificate, Refuser, Side, Trust};

use crate::pki::{Authority, DAY, HTTPBIN, ca, leaf, trust, valid};

fn ask(
    client: (&[Arc<Certificate>], &[Arc<Certificate>]),
    server: (&[Arc<Certificate>], &[Arc<Certificate>]),
) -> Trust {
    let side = |(chain, roots)| Side { chain, roots };
    trust(side(client), side(server))
}

fn refusals(trust: &Trust) -> Vec<(Refuser, &str)> {
    trust.failures.iter().map(|failure| (failure.side, failure.failure.code.as_str())).collect()
}

#[test]
fn one_root_for_both_permits() {
    let root = Authority::root("root");
    let roots = [Arc::clone(&root.certificate)];
    let (client, server) = ([root.issue(&leaf(HTTPBIN))], [root.issue(&leaf(HTTPBIN))]);
    assert!(ask((&client, &roots), (&server, &roots)).permitted());
}

#[test]
fn says_which_side_lacks_a_root() {
    let (foo, bar) = (Authority::root("foo"), Authority::root("bar"));
    let (client, server) = ([foo.issue(&leaf(HTTPBIN))], [bar.issue(&leaf(HTTPBIN))]);
    let both = [Arc::clone(&foo.certificate), Arc::clone(&bar.certificate)];
    let only_foo = [Arc::clone(&foo.certificate)];
    let only_bar = [Arc::clone(&bar.certificate)];
    assert!(ask((&client, &both), (&server, &both)).permitted());
    assert_eq!(
        refusals(&ask((&client, &only_foo), (&server, &both))),
        [(Refuser::Client, "chain-incomplete")]
    );
    assert_eq!(
        refusals(&ask((&client, &both), (&server, &only_bar))),
        [(Refuser::Server, "chain-incomplete")]
    );
    assert_eq!(ask((&client, &only_foo), (&server, &only_bar)).failures.len(), 2);
    let whole = [Arc::clone(&server[0]), Arc::clone(&bar.certificate)];
    assert_eq!(refusals(&ask((&client, &only_foo), (&whole, &both))), [(Refuser::Client, "untrusted-root")]);
}

#[test]
fn each_side_wants_the_others_usage() {
    let root = Authority::root("root");
    let roots = [Arc::clone(&root.certificate)];
    let mut params = leaf(HTTPBIN);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let server_only = [root.issue(&params)];
    let good = [root.issue(&leaf(HTTPBIN))];
    assert!(ask((&good, &roots), (&server_only, &roots)).permitted());
    assert_eq!(
        refusals(&ask((&server_only, &roots), (&good, &roots))),
        [(Refuser::Server, "usage-mismatch")]
    );
}

#[test]
fn an_expired_anchor_or_an_empty_chain_is_refused_as_envoy_does() {
    let mut params = ca("root");
    valid(&mut params, -20 * DAY, -1);
    let expired = Authority::self_signed(params);
    let roots = [Arc::clone(&expired.certificate)];
    let chain = [expired.issue(&leaf(HTTPBIN))];
    assert_eq!(
        refusals(&ask((&chain, &roots), (&chain, &roots))),
        [(Refuser::Client, "expired"), (Refuser::Server, "expired")]
    );
    assert_eq!(refusals(&ask((&chain, &roots), (&[], &roots)))[0], (Refuser::Client, "no-peer-certificate"));
}

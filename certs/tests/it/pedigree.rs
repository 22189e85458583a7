//! Chains that the same trust anchors accept.

use std::collections::HashSet;
use std::sync::Arc;

use rcgen::{ExtendedKeyUsagePurpose, GeneralSubtree, NameConstraints};
use signet_certs::algorithms::{Reuse, aws_lc_rs};
use signet_certs::{Certificate, Pedigree, Refuser, accepts};

use crate::pki::{Authority, DAY, HTTPBIN, NOW, ca, leaf, valid};

const SLEEP: &str = "spiffe://cluster.local/ns/bar/sa/sleep";

fn pedigree(chain: &[Arc<Certificate>], known: &[Arc<Certificate>]) -> Pedigree {
    Pedigree::of(chain, known, NOW, aws_lc_rs())
}

#[test]
fn a_signers_leaves_have_one_whoever_they_are_for() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let known = [Arc::clone(&root.certificate), Arc::clone(&Authority::root("other").certificate)];
    let chain = |uri| [intermediate.issue(&leaf(uri)), Arc::clone(&intermediate.certificate)];
    assert_eq!(pedigree(&chain(HTTPBIN), &known), pedigree(&chain(SLEEP), &known));
    let directly = [root.issue(&leaf(HTTPBIN))];
    assert_ne!(pedigree(&directly, &known), pedigree(&chain(HTTPBIN), &known));
}

/// Everything that makes one side accept a chain and another refuse it tells pedigrees apart.
#[test]
fn chains_of_one_pedigree_are_accepted_by_the_same_roots() {
    let (foo, bar) = (Authority::root("foo"), Authority::root("bar"));
    let renewed = foo.namesake();
    let intermediate = foo.intermediate("foo 1");
    let mut server_only = leaf(HTTPBIN);
    server_only.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let mut expired = leaf(HTTPBIN);
    valid(&mut expired, -2 * DAY, -DAY);
    let mut early = leaf(HTTPBIN);
    valid(&mut early, DAY, 2 * DAY);
    let mut chains: Vec<Vec<Arc<Certificate>>> = Vec::new();
    for uri in [HTTPBIN, SLEEP] {
        chains.push(vec![foo.issue(&leaf(uri))]);
        chains.push(vec![bar.issue(&leaf(uri))]);
        chains.push(vec![renewed.issue(&leaf(uri))]);
        chains.push(vec![intermediate.issue(&leaf(uri)), Arc::clone(&intermediate.certificate)]);
        chains.push(vec![intermediate.issue(&leaf(uri))]);
        chains.push(vec![foo.issue(&server_only)]);
        chains.push(vec![foo.issue(&expired)]);
        chains.push(vec![foo.issue(&early)]);
        chains.push(vec![foo.issue(&ca("a CA as leaf"))]);
        chains.push(Vec::new());
    }
    let known = [&foo, &bar, &renewed].map(|authority| Arc::clone(&authority.certificate));
    let mut verdicts: Vec<(Pedigree, Vec<bool>)> = Vec::new();
    for chain in &chains {
        let accepted: Vec<bool> = (0..8_usize)
            .flat_map(|set| [(set, Refuser::Client), (set, Refuser::Server)])
            .map(|(set, side)| {
                let numbered = known.iter().enumerate();
                let roots: Vec<_> = numbered
                    .filter(|(index, _)| set & (1 << index) != 0)
                    .map(|(_, root)| Arc::clone(root))
                    .collect();
                accepts(side, &roots, chain, NOW, aws_lc_rs()).is_ok()
            })
            .collect();
        let pedigree = pedigree(chain, &known);
        if let Some((_, others)) = verdicts.iter().find(|(other, _)| *other == pedigree) {
            assert_eq!(others, &accepted, "{chain:?}");
        }
        verdicts.push((pedigree, accepted));
    }
    let distinct: HashSet<&Pedigree> = verdicts.iter().map(|(pedigree, _)| pedigree).collect();
    // The second of each pair is new only where its leaf was signed by nobody known, or is a CA.
    assert_eq!((chains.len(), distinct.len()), (20, 12));
}

#[test]
fn names_count_where_a_ca_permits_only_some() {
    let mut params = ca("constrained");
    let permitted_subtrees = vec![GeneralSubtree::DnsName("example.com".to_owned())];
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    let root = Authority::self_signed(params);
    let known = [Arc::clone(&root.certificate)];
    let chain = |uri| [root.issue(&leaf(uri))];
    assert_ne!(pedigree(&chain(HTTPBIN), &known), pedigree(&chain(SLEEP), &known));
}

#[test]
fn it_costs_one_signature() {
    let root = Authority::root("root");
    let known = [Arc::clone(&root.certificate), Arc::clone(&Authority::root("other").certificate)];
    let reuse = Reuse::new(aws_lc_rs());
    let algorithms = reuse.algorithms();
    let chain = [root.issue(&leaf(HTTPBIN)), Arc::clone(&root.certificate)];
    Pedigree::of(&chain, &known, NOW, &algorithms);
    assert!(accepts(Refuser::Client, &known, &chain, NOW, &algorithms).is_ok());
    assert_eq!(reuse.verified(), 1, "verification asks for the same signature");
}

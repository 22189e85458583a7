//! Certificates as a tree: each below its issuer.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use signet_certs::Certificate;

/// The certificates with their depth in the tree: each root (or whatever has no issuer here) followed by
/// what it issued. A certificate that stands there twice is there once.
///
/// Names and key identifiers say who issued what; signatures are judged elsewhere.
pub(super) fn tree(certificates: &[Arc<Certificate>]) -> Vec<(usize, &Arc<Certificate>)> {
    let mut seen = HashSet::new();
    let distinct: Vec<_> = certificates.iter().filter(|one| seen.insert(one.fingerprint)).collect();
    let mut of_subject: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, certificate) in distinct.iter().enumerate() {
        of_subject.entry(&certificate.subject).or_default().push(index);
    }
    let mut below: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (index, certificate) in distinct.iter().enumerate() {
        let candidates = of_subject.get(certificate.issuer.as_str()).into_iter().flatten();
        // Candidates of one name are few, but for the bundles that somebody made to be slow.
        let issuer =
            candidates.take(100).find(|one| **one != index && has_issued(distinct[**one], certificate));
        below.entry(issuer.copied()).or_default().push(index);
    }
    let mut ordered = Vec::with_capacity(distinct.len());
    let mut placed = vec![false; distinct.len()];
    // What is left after the roots is a ring of certificates that issued one another.
    for first in below.get(&None).into_iter().flatten().copied().chain(0..distinct.len()) {
        let mut waiting = vec![(0, first)];
        while let Some((depth, index)) = waiting.pop() {
            if std::mem::replace(&mut placed[index], true) {
                continue;
            }
            ordered.push((depth, distinct[index]));
            waiting.extend(below.get(&Some(index)).into_iter().flatten().rev().map(|one| (depth + 1, *one)));
        }
    }
    ordered
}

fn has_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let same_key = match (&issuer.subject_key_id, &certificate.authority_key_id) {
        (Some(subject), Some(authority)) => subject == authority,
        _ => true,
    };
    !certificate.is_self_issued() && certificate.names_issuer(issuer) && same_key
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use signet_certs::{Certificate, Limits, read};

    use super::tree;

    #[test]
    fn each_stands_once_below_its_issuer_whatever_the_order() {
        let pem = include_bytes!("../dashboard/tests/fixtures/certificates.pem");
        let read = read(pem, &Limits::default()).expect("certificates");
        let mut certificates: Vec<Arc<Certificate>> = read[0].certificates().cloned().collect();
        let distinct = certificates.len();
        certificates.extend_from_within(..2);
        for _ in 0..2 {
            let ordered = tree(&certificates);
            assert_eq!(ordered.len(), distinct);
            assert!(
                ordered.iter().any(|(depth, _)| *depth == 2),
                "a leaf below an intermediate below a root"
            );
            for (position, (depth, one)) in ordered.iter().enumerate() {
                let above = ordered[..position].iter().rev().find(|(other, _)| other + 1 == *depth);
                match above {
                    Some((_, issuer)) => assert!(one.names_issuer(issuer), "{one:?} below {issuer:?}"),
                    None => assert_eq!(*depth, 0),
                }
            }
            certificates.reverse();
        }
    }
}

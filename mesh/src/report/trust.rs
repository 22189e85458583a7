//! Who trusts whom as it is printed: kind `Trust`.

use std::fmt;

use serde::{Deserialize, Serialize};
use signet_certs::report::API_VERSION;
use signet_certs::{Fingerprint, Refuser, Severity};

use crate::trust::{self, Difference, Matrix, Verdict};

/// What `signet trust` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Trust {
    /// The version of this shape.
    pub api_version: String,
    /// `Trust`.
    pub kind: String,
    /// One for each client and server, in byte order of their names.
    pub pairs: Vec<Pair>,
    /// How many pairs got which answer.
    pub summary: Counts,
    /// Of a change that was asked about: who has to restart before it, so that nothing breaks.
    pub restart_first: Vec<RestartFirst>,
}

/// The answer about one client and one server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// The client, `NAMESPACE/POD`.
    pub client: String,
    /// The client's cluster, where several are looked at together.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_cluster: Option<String>,
    /// The server, `NAMESPACE/POD`.
    pub server: String,
    /// The server's cluster, where several are looked at together.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server_cluster: Option<String>,
    /// Whether certificates permit the connection.
    pub verdict: Verdict,
    /// How grave that is.
    pub severity: Severity,
    /// What the answer is without the change that was asked about, where it is another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Verdict>,
    /// Why not, or why it is not known.
    pub reasons: Vec<TrustReason>,
    /// What else may end the connection although certificates permit it.
    pub other_reasons: Vec<TrustReason>,
}

/// Why one side refuses the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TrustReason {
    /// Whose refusal it is: whose roots lack one.
    pub side: Refuser,
    /// A code of the one list.
    pub code: String,
    /// Why, in one sentence.
    pub message: String,
    /// The root that this side lacks.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub missing_root: Option<MissingRoot>,
}

/// A root that one side lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MissingRoot {
    /// RFC 4514 form.
    pub subject: String,
    /// SHA-256 of its DER.
    pub fingerprint_sha256: Fingerprint,
}

/// How many pairs got which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Certificates permit it.
    pub yes: usize,
    /// One side refuses.
    pub no: usize,
    /// It is not known.
    pub unknown: usize,
    /// Those that a change would break.
    pub breaks: usize,
    /// Those that it would mend.
    pub mends: usize,
}

/// A workload that has to be restarted before a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RestartFirst {
    /// Its cluster, where several are looked at together.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cluster: Option<String>,
    /// The namespace.
    pub namespace: String,
    /// The controller, `KIND/NAME`; the pod where it has none.
    pub owner: String,
    /// What it needs by then.
    pub reason: String,
    /// The command that restarts it.
    pub command: String,
}

/// A question about a mesh: which pairs, and before which change.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The mesh as it is, or as a change would leave it.
    pub matrix: &'a Matrix,
    /// The mesh without the change that was asked about.
    pub before: Option<&'a Matrix>,
    /// The clients' places among the peers.
    pub clients: &'a [usize],
    /// The servers' places among the peers.
    pub servers: &'a [usize],
}

impl Question<'_> {
    /// How many pairs its answer has: nobody is asked about themselves.
    pub fn pairs(&self) -> usize {
        let both = self.clients.iter().filter(|client| self.servers.contains(client)).count();
        self.clients.len() * self.servers.len() - both
    }
}

impl Trust {
    /// The answer.
    pub fn new(question: &Question<'_>) -> Self {
        let Question { clients, servers, .. } = question;
        let all = clients.iter().flat_map(|client| servers.iter().map(move |server| (*client, *server)));
        let pairs: Vec<Pair> = all
            .filter(|(client, server)| client != server)
            .filter_map(|(client, server)| Pair::new(question, client, server))
            .collect();
        let count = |is_it: &dyn Fn(&Pair) -> bool| pairs.iter().filter(|pair| is_it(pair)).count();
        let turned = |was, is| count(&|pair: &Pair| pair.before == Some(was) && pair.verdict == is);
        let summary = Counts {
            yes: count(&|pair| pair.verdict == Verdict::Yes),
            no: count(&|pair| pair.verdict == Verdict::No),
            unknown: count(&|pair| pair.verdict == Verdict::Unknown),
            breaks: turned(Verdict::Yes, Verdict::No),
            mends: turned(Verdict::No, Verdict::Yes),
        };
        let restart_first = question.before.map(|before| RestartFirst::all(before, question.matrix));
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Trust".to_owned(),
            pairs,
            summary,
            restart_first: restart_first.unwrap_or_default(),
        }
    }
}

impl Pair {
    fn new(question: &Question<'_>, client: usize, server: usize) -> Option<Self> {
        let peers = question.matrix.peers();
        let (from, to) = (peers.get(client)?, peers.get(server)?);
        let answer = question.matrix.between(client, server)?;
        let before = question.before.and_then(|before| before.between(client, server));
        let reasons = |reasons: &[trust::Reason]| reasons.iter().map(TrustReason::from).collect();
        Some(Self {
            client: from.name.to_string(),
            client_cluster: from.cluster.clone(),
            server: to.name.to_string(),
            server_cluster: to.cluster.clone(),
            verdict: answer.verdict,
            severity: answer.verdict.severity(),
            before: before.map(|before| before.verdict).filter(|before| *before != answer.verdict),
            reasons: reasons(&answer.reasons),
            other_reasons: reasons(&answer.apart),
        })
    }
}

impl RestartFirst {
    /// Everybody who has to restart before a change, by cluster, namespace and owner.
    pub fn all(before: &Matrix, after: &Matrix) -> Vec<Self> {
        let difference = Difference::between(before, after);
        let mut all: Vec<Self> = difference.first.iter().filter_map(|first| Self::of(first, after)).collect();
        all.sort();
        all.dedup();
        all
    }

    fn of(first: &trust::First, after: &Matrix) -> Option<Self> {
        let peer = after.peers().get(first.peer)?;
        let namespace = peer.name.namespace.clone();
        let restart = peer.owner.as_ref().and_then(|owner| owner.restart_command(&namespace));
        let delete = || format!("kubectl -n {namespace} delete pod {}", peer.name.name);
        Some(Self {
            cluster: peer.cluster.clone(),
            owner: peer.owner.as_ref().map_or_else(|| format!("Pod/{}", peer.name.name), ToString::to_string),
            reason: first.why.clone(),
            command: restart.unwrap_or_else(delete),
            namespace,
        })
    }
}

impl From<&trust::Reason> for TrustReason {
    fn from(reason: &trust::Reason) -> Self {
        let missing_root = reason
            .missing_root
            .as_ref()
            .map(|root| MissingRoot { subject: root.subject.clone(), fingerprint_sha256: root.fingerprint });
        Self { side: reason.side, code: reason.code.clone(), message: reason.message.clone(), missing_root }
    }
}

impl fmt::Display for MissingRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.subject, self.fingerprint_sha256.short())
    }
}

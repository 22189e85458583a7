//! What people are told, in one place: the remedy first, short enough for kubectl.

use std::fmt;

use crate::config::TrustBundleFault;

/// A warning or the message of a denial; at most 250 bytes long, whatever the names in it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Notice<'a> {
    /// The agent's roots are made of what the mesh config says, and of nothing else.
    AgentRootsElsewhere { signer: Short<'a> },
    /// The agent was given another file already.
    AgentRootsKept { variable: &'static str },
    /// istiod's root is not known.
    AgentRootsUnknown,
    /// istiod's built-in CA signs.
    BuiltInCa { signer: Short<'a> },
    /// The pod's annotation names containers that the ProxyConfig does not.
    ContainersWidened { names: Short<'a> },
    /// istiod needs a domain for the signer's full name.
    DomainUnset { signer: Short<'a> },
    /// One root for all signers hides the signer's own.
    ExternalCaCert { signer: Short<'a> },
    /// The pod's `proxy.istio.io/config` cannot be read.
    InvalidAnnotation { problem: &'a str },
    /// cert-manager has no such ClusterIssuer.
    IssuerMissing { signer: Short<'a> },
    /// cert-manager's ClusterIssuer cannot issue.
    IssuerNotReady { signer: Short<'a> },
    /// istiod does not start again.
    IstiodDoesNotStart { fault: TrustBundleFault },
    /// One root for all signers, asked for by an annotation, hides those of the mesh config.
    IstiodSecretHides { signer: Short<'a> },
    /// The annotation names no Secret that there could be.
    IstiodSecretInvalid { secret: Short<'a> },
    /// The path for the CA cannot be used at all.
    MountPathInvalid { path: Short<'a>, problem: &'a str },
    /// The path for the CA is in the way of another mount.
    MountPathTaken { container: Short<'a>, path: Short<'a>, other: Short<'a> },
    /// The pod's annotation puts the CA outside of the ProxyConfig's path.
    MountPathWidened { path: Short<'a>, allowed: Short<'a> },
    /// The object is not what one of its kind looks like.
    NotJudged { what: &'a str, place: Short<'a> },
    /// The pod's own value stands against the ProxyConfig's.
    OwnSignerDenied { own: Short<'a>, configured: Short<'a> },
    /// The pod's own value was left.
    OwnSignerKept { own: Short<'a>, configured: Short<'a> },
    /// The pod's own value was replaced.
    OwnSignerReplaced { own: Short<'a>, configured: Short<'a> },
    /// The file by which istiod is verified is that by which peers are, too.
    ProviderRootReplaces { signer: Short<'a> },
    /// What Istio rendered is not what is configured.
    RenderedSignerDiffers { rendered: Short<'a>, configured: Short<'a> },
    /// No root of the signer is known.
    RootUnknown { signer: Short<'a>, has_issuer: bool },
    /// The signer's root cannot be read.
    RootUnusable { signer: Short<'a>, problem: &'a str },
    /// Which signer the pod asks for cannot be known.
    SignerUnknown,
    /// Another volume is where SPIRE's socket has to be, or has its name.
    SocketTaken { volume: Short<'a> },
    /// Nothing brings SPIRE's socket into pods.
    SpireDriverMissing,
    /// SPIRE does not know the pod.
    SpireIdentityMissing,
    /// SPIRE knows it in another trust domain than the mesh's.
    SpireTrustDomain { identity: Short<'a>, domain: Short<'a>, of_mesh: Short<'a> },
    /// What is known is too old to overrule a pod.
    StaleSnapshot { own: Short<'a>, configured: Short<'a> },
    /// Another volume has our volume's name.
    VolumeNameTaken { volume: Short<'a> },
}

impl fmt::Display for Notice<'_> {
    #[expect(clippy::too_many_lines, reason = "one message after another")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AgentRootsElsewhere { signer } => write!(
                f,
                "Remove signet.dev/agent-roots from the ProxyConfig, or name signer {signer} in \
                 meshConfig.caCertificates and not in caSources: the agent's roots are made of that alone."
            ),
            Self::AgentRootsKept { variable } => write!(
                f,
                "Remove {variable} from the pod's istio-proxy: it names another file than signet.dev/agent-roots \
                 does, and was left."
            ),
            Self::AgentRootsUnknown => f.write_str(
                "Check ConfigMap istio-ca-root-cert in istiod's namespace: istiod's root is not known, so \
                 signet.dev/agent-roots does nothing.",
            ),
            Self::BuiltInCa { signer } => write!(
                f,
                "Set EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API on istiod: its built-in CA signs now, and ignores that \
                 signer {signer} is asked for."
            ),
            Self::ContainersWidened { names } => write!(
                f,
                "Name {names} in signet.dev/ca-containers of the ProxyConfig too: a pod's annotation can only \
                 narrow that list."
            ),
            Self::DomainUnset { signer } => write!(
                f,
                "Set CERT_SIGNER_DOMAIN on istiod: without it istiod refuses every request for signer {signer}."
            ),
            Self::ExternalCaCert { signer } => write!(
                f,
                "Remove /etc/external-ca-cert from istiod: that file hides the root of signer {signer} and of \
                 every other signer."
            ),
            Self::InvalidAnnotation { problem } => {
                write!(f, "Correct the pod's annotation proxy.istio.io/config: {}.", sentence(problem, 190))
            }
            Self::IssuerMissing { signer } => write!(
                f,
                "Create the ClusterIssuer of signer {signer}, or correct the name: cert-manager has none of that name, \
                 so nobody answers a pod that asks for it."
            ),
            Self::IssuerNotReady { signer } => write!(
                f,
                "Check the ClusterIssuer of signer {signer} (kubectl describe clusterissuer): it is not Ready, so a pod \
                 that asks for it waits."
            ),
            Self::IstiodDoesNotStart { fault } => fault.fmt(f),
            Self::IstiodSecretHides { signer } => write!(
                f,
                "Remove signet.dev/istiod-ca-secret from istiod's namespace: that file hides the root of signer \
                 {signer} and of every other in caCertificates."
            ),
            Self::IstiodSecretInvalid { secret } => write!(
                f,
                "Correct signet.dev/istiod-ca-secret of istiod's namespace: {secret} is no name of a Secret, so \
                 nothing is mounted."
            ),
            Self::MountPathInvalid { path, problem } => write!(
                f,
                "Set signet.dev/ca-mount-path to another directory: {path} {problem}; no app container gets the CA."
            ),
            Self::MountPathTaken { container, path, other } => write!(
                f,
                "Mount the CA elsewhere (signet.dev/ca-mount-path): in container {container} {path} and the mount \
                 {other} overlap; it gets no CA."
            ),
            Self::MountPathWidened { path, allowed } => write!(
                f,
                "Set signet.dev/ca-mount-path of the pod to {allowed} or below: {path} is not, and is ignored."
            ),
            Self::NotJudged { what, place } => write!(
                f,
                "Check the {what}'s fields against the Kubernetes API: Signet could not read it ({place}), and left \
                 it as it is."
            ),
            Self::OwnSignerDenied { own, configured } => write!(
                f,
                "Remove ISTIO_META_CERT_SIGNER from the pod's istio-proxy: it asks for signer {own}, but \
                 {configured} is configured."
            ),
            Self::OwnSignerKept { own, configured } => write!(
                f,
                "Remove ISTIO_META_CERT_SIGNER from the pod's istio-proxy: its signer {own} is kept, but \
                 {configured} is configured."
            ),
            Self::OwnSignerReplaced { own, configured } => write!(
                f,
                "Remove ISTIO_META_CERT_SIGNER from the pod's istio-proxy: its signer {own} was replaced by \
                 {configured}, which is configured."
            ),
            Self::ProviderRootReplaces { signer } => write!(
                f,
                "Set signet.dev/agent-roots on the ProxyConfig: otherwise the root at /etc/certs, which provider \
                 custom needs, replaces that of signer {signer}."
            ),
            Self::RenderedSignerDiffers { rendered, configured } => write!(
                f,
                "Create the pod anew if this stays: Istio gave it signer {rendered}, but {configured} is \
                 configured; a ProxyConfig may just have changed."
            ),
            Self::RootUnknown { signer, has_issuer } => write!(
                f,
                "Add the root of signer {signer} to meshConfig.caCertificates with its full name in certSigners: \
                 {}it is not known, so no CA is mounted.",
                if *has_issuer { "cert-manager issues with it, but " } else { "" }
            ),
            Self::RootUnusable { signer, problem } => write!(
                f,
                "Correct the pem of signer {signer} in meshConfig.caCertificates: {}; no CA is mounted.",
                sentence(problem, 110)
            ),
            Self::SignerUnknown => f.write_str(
                "Write ISTIO_META_CERT_SIGNER as a plain value: where it comes from cannot be read here, so no CA \
                 is mounted.",
            ),
            Self::SocketTaken { volume } => write!(
                f,
                "Remove the pod's volume {volume}, or its mount at /var/run/secrets/workload-spiffe-uds: SPIRE's \
                 socket has to be there."
            ),
            Self::SpireDriverMissing => f.write_str(
                "Add SPIFFE's CSI driver: there is no CSIDriver csi.spiffe.io, and without it a pod whose signer is \
                 SPIRE is never started.",
            ),
            Self::SpireIdentityMissing => f.write_str(
                "Add a ClusterSPIFFEID that selects the pod, as by its label spiffe.io/spire-managed-identity: none \
                 does, so SPIRE gives it no certificate.",
            ),
            Self::SpireTrustDomain { identity, domain, of_mesh } => write!(
                f,
                "Set the trust domain of ClusterSPIFFEID {identity} to {of_mesh}, the mesh's: it is {domain}, and \
                 the mesh's proxies refuse such peers."
            ),
            Self::StaleSnapshot { own, configured } => write!(
                f,
                "Check Signet's connection to the API server: what it knows is too old to replace signer {own} by \
                 {configured}."
            ),
            Self::VolumeNameTaken { volume } => write!(
                f,
                "Rename the pod's volume {volume}: Signet needs that name, and mounts no CA."
            ),
        }
    }
}

/// A name in at most 32 bytes: its beginning and its end, so that it still tells which one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short<'a>(pub(crate) &'a str);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cut(self.0, 19, 10))
    }
}

/// Somebody else's sentence in at most `longest` bytes, without its full stop.
fn sentence(text: &str, longest: usize) -> String {
    cut(text.trim_end_matches('.'), longest.saturating_sub(ELLIPSIS.len()), 0)
}

const ELLIPSIS: &str = "…";

/// `text`, or its first `head` and last `tail` bytes with an ellipsis between. Control characters would
/// break the header that carries a warning.
fn cut(text: &str, head: usize, tail: usize) -> String {
    let text = text.replace(char::is_control, " ");
    if text.len() <= head + ELLIPSIS.len() + tail {
        return text;
    }
    let end = text.len() - tail;
    let end = (end..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let start = text.floor_char_boundary(head);
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    format!("{before}{ELLIPSIS}{after}")
}

#[cfg(test)]
mod tests {
    use super::{Notice, Short, TrustBundleFault};

    /// Every notice, with each of its texts set to `text`.
    fn every(text: &str) -> Vec<Notice<'_>> {
        let first = Notice::AgentRootsElsewhere { signer: Short(text) };
        std::iter::successors(Some(first), |notice| next(*notice, text)).collect()
    }

    /// The one after `notice`: a new notice does not compile until it has its place here.
    fn next<'a>(notice: Notice<'a>, text: &'a str) -> Option<Notice<'a>> {
        let problem = text;
        let text = Short(text);
        let (own, configured) = (text, text);
        Some(match notice {
            Notice::AgentRootsElsewhere { .. } => Notice::AgentRootsKept { variable: "XDS_ROOT_CA" },
            Notice::AgentRootsKept { .. } => Notice::AgentRootsUnknown,
            Notice::AgentRootsUnknown => Notice::BuiltInCa { signer: text },
            Notice::BuiltInCa { .. } => Notice::ContainersWidened { names: text },
            Notice::ContainersWidened { .. } => Notice::DomainUnset { signer: text },
            Notice::DomainUnset { .. } => Notice::ExternalCaCert { signer: text },
            Notice::ExternalCaCert { .. } => Notice::InvalidAnnotation { problem },
            Notice::InvalidAnnotation { .. } => Notice::IssuerMissing { signer: text },
            Notice::IssuerMissing { .. } => Notice::IssuerNotReady { signer: text },
            Notice::IssuerNotReady { .. } => {
                Notice::IstiodDoesNotStart { fault: TrustBundleFault::NoCa { entry: usize::MAX } }
            }
            Notice::IstiodDoesNotStart { fault: TrustBundleFault::NoCa { .. } } => {
                Notice::IstiodDoesNotStart { fault: TrustBundleFault::EmptyRoot }
            }
            Notice::IstiodDoesNotStart { .. } => Notice::IstiodSecretHides { signer: text },
            Notice::IstiodSecretHides { .. } => Notice::IstiodSecretInvalid { secret: text },
            Notice::IstiodSecretInvalid { .. } => {
                Notice::MountPathInvalid { path: text, problem: super::super::mount_path::LONGEST_PROBLEM }
            }
            Notice::MountPathInvalid { .. } => {
                Notice::MountPathTaken { container: text, path: text, other: text }
            }
            Notice::MountPathTaken { .. } => Notice::MountPathWidened { path: text, allowed: text },
            Notice::MountPathWidened { .. } => Notice::NotJudged { what: "ProxyConfig", place: text },
            Notice::NotJudged { .. } => Notice::OwnSignerDenied { own, configured },
            Notice::OwnSignerDenied { .. } => Notice::OwnSignerKept { own, configured },
            Notice::OwnSignerKept { .. } => Notice::OwnSignerReplaced { own, configured },
            Notice::OwnSignerReplaced { .. } => Notice::ProviderRootReplaces { signer: text },
            Notice::ProviderRootReplaces { .. } => {
                Notice::RenderedSignerDiffers { rendered: text, configured }
            }
            Notice::RenderedSignerDiffers { .. } => Notice::RootUnknown { signer: text, has_issuer: true },
            Notice::RootUnknown { .. } => Notice::RootUnusable { signer: text, problem },
            Notice::RootUnusable { .. } => Notice::SignerUnknown,
            Notice::SignerUnknown => Notice::SocketTaken { volume: text },
            Notice::SocketTaken { .. } => Notice::SpireDriverMissing,
            Notice::SpireDriverMissing => Notice::SpireIdentityMissing,
            Notice::SpireIdentityMissing => {
                Notice::SpireTrustDomain { identity: text, domain: text, of_mesh: text }
            }
            Notice::SpireTrustDomain { .. } => Notice::StaleSnapshot { own, configured },
            Notice::StaleSnapshot { .. } => Notice::VolumeNameTaken { volume: text },
            Notice::VolumeNameTaken { .. } => return None,
        })
    }

    #[test]
    fn every_notice_fits_with_the_longest_names() {
        for name in ["n".repeat(253), "\u{1f512}".repeat(253), "é".repeat(253)] {
            for notice in every(&name) {
                let text = notice.to_string();
                assert!(text.len() <= 250, "{} bytes: {text}", text.len());
            }
        }
    }

    #[test]
    fn every_notice_begins_with_the_remedy_and_is_one_line() {
        const REMEDIES: [&str; 9] =
            ["Add", "Check", "Correct", "Create", "Mount", "Name", "Remove", "Rename", "Set"];
        for notice in every("two\nlines") {
            let text = notice.to_string();
            let verb = text.split(' ').next().unwrap_or_default();
            assert!(REMEDIES.contains(&verb) || verb == "Write", "{text}");
            assert!(!text.contains(char::is_control), "{text}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        let name = format!("clusterissuers.cert-manager.io/{}-production", "x".repeat(100));
        let text = Notice::RootUnknown { signer: Short(&name), has_issuer: false }.to_string();
        assert!(text.contains("clusterissuers.cert…production"), "{text}");
    }
}

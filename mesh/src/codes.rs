//! The codes of what is wrong with a workload: the words of its verdict and of its findings.

signet_certs::codes! {
    DRIFT = "drift", Warning,
        "The pod was injected with another signer than the one that is configured now.",
        "Restart the workload: kubectl rollout restart, so that it is injected anew.",
        "Istio: a ProxyConfig is read when a pod is created";
    FOREIGN_TRUST_DOMAIN = "foreign-trust-domain", Error,
        "A peer is of a trust domain that the mesh config does not name.",
        "Add it to the mesh config's trustDomainAliases, or to a caCertificates entry's trustDomains.",
        "Istio pilot/pkg/security/model ApplyToCommonTLSContext";
    MTLS_DISABLED = "mtls-disabled", Warning,
        "The server takes plaintext alone, so certificates play no part in its connections.",
        "Remove mode DISABLE from the PeerAuthentication, if its connections should be mutual TLS.",
        "Istio pilot/pkg/security/authn ComposePeerAuthentication";
    NO_CERTIFICATE = "no-certificate", Error,
        "The proxy has no certificate yet.",
        "Look at the workload's agent log and at istiod's for the refused request.",
        "Istio security/pkg/nodeagent/cache";
    NO_PROXY = "no-proxy", Info,
        "The pod has no proxy of its own, so its connections are not secured by certificates of its own.",
        "Have a sidecar injected, if it should be part of the mesh.",
        "Istio pkg/kube/inject";
    PLAINTEXT_PERMITTED = "plaintext-permitted", Info,
        "The server takes plaintext too, so a client may reach it without a certificate.",
        "Set mode STRICT in a PeerAuthentication, once every client has a certificate that the server accepts.",
        "Istio pilot/pkg/security/authn ComposePeerAuthentication";
    SIGNER_CLAIM_DIFFERS = "signer-claim-differs", Warning,
        "The proxy's node metadata names another signer than its environment asks for.",
        "Look for ISTIO_METAJSON_* variables and annotations that set CERT_SIGNER.",
        "Istio pkg/bootstrap/config.go GetNodeMetaData";
    SIGNER_ROOT_DRIFT = "signer-root-drift", Error,
        "The mesh config's caCertificates holds a root of the signer's name, but not the key that the signer signs with, now or from its next renewal on.",
        "Add the root that the signer's issuer has now to caCertificates, beside the old one until no certificate of that is left.",
        "Istio security/pkg/pki/ra/k8s_ra.go: the root of a signer is what caCertificates says";
    SPIFFE_ID_NOT_THIS_WORKLOAD = "spiffe-id-not-this-workload", Error,
        "The SPIFFE ID in the certificate names another namespace or service account than the pod's.",
        "Find out who gave the pod this certificate: it may act as another workload.",
        "Istio pkg/spiffe ParseIdentity";
    UNREACHABLE = "unreachable", Warning,
        "The proxy could not be read, so its certificates are not known.",
        "Look at the error; check that the proxy runs and that pods/portforward is granted.",
        "Envoy admin interface";
    UNTRUSTED = "untrusted", Error,
        "No root of a known signer verifies the workload's chain.",
        "Add the root that signed it to the mesh config's caCertificates, or restart the workload to have it signed anew.",
        "RFC 5280 section 6.1";
    WRONG_SIGNER = "wrong-signer", Error,
        "Another signer than the one that was asked for signed the certificate.",
        "Check istiod's EXTERNAL_CA and CERT_SIGNER_DOMAIN: its built-in CA ignores the signer silently.",
        "Istio security/pkg/pki/ca IstioCA.SignWithCertChain";
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_in_alphabetical_order_and_not_among_those_of_certificates() {
        assert!(CODES.windows(2).all(|pair| pair[0].name < pair[1].name));
        for code in CODES {
            assert!(
                signet_certs::finding::CODES.iter().all(|other| other.name != code.name),
                "{}",
                code.name
            );
        }
    }
}

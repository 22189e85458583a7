//! Names that the webhook gives to what it writes into a cluster.

/// The field manager of everything that it writes.
pub const FIELD_MANAGER: &str = "signet-webhook";
/// The field manager of the CA ConfigMaps.
pub const BUNDLE_FIELD_MANAGER: &str = "signet-bundles";
/// The Secret with the CA and the serving certificate that the replicas share.
pub const TLS_SECRET: &str = "signet-webhook-tls";
/// The Lease of the replica that writes the CA ConfigMaps.
pub const BUNDLE_LEASE: &str = "signet-bundles";

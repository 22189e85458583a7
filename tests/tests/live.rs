//! `signet` on a real API server and real Envoys: it says what openssl and Envoy say, and where it may
//! not or cannot look, it says that.

#[path = "live/mesh.rs"]
mod mesh;

#[path = "live/agreement.rs"]
mod agreement;
#[path = "live/crowd.rs"]
mod crowd;
#[path = "live/exec.rs"]
mod exec;
#[path = "live/hostile.rs"]
mod hostile;
#[path = "live/outage.rs"]
mod outage;
#[path = "live/rights.rs"]
mod rights;
#[path = "live/trust.rs"]
mod trust;

//! The webhook on a real API server: pods get their signer, and the cluster's objects are kept.

mod injection;
mod injector;
mod installed;
mod neighbour;
mod objects;
mod policy;
mod program;

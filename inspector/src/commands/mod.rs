//! What `signet` does when it is told what to do.

//! What crosses crates: commands against built programs, a real terminal, the corpora, and benches.

pub mod bless;
pub mod fixtures;
pub mod interleaved;
pub mod picture;
pub mod programs;
pub mod terminal;

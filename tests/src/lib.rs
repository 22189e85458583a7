//! What crosses crates: commands against built programs, a real terminal, the corpora, benches, and real
//! servers to run against.

pub mod bless;
pub mod examples;
pub mod facts;
pub mod fixtures;
pub mod floods;
pub mod gox509;
pub mod image;
pub mod interleaved;
pub mod issued;
pub mod openssl;
pub mod picture;
pub mod playground;
pub mod policy_server;
pub mod programs;
pub mod reviews;
pub mod terminal;
pub mod testbed;
pub mod typescript;
pub mod wapc;

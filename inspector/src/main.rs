//! The program `signet`.

fn main() {}

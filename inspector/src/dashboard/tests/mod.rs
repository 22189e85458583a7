//! The dashboard as a user meets it: events in, screens out.

mod fixture;
mod keys;
mod lost;
mod narrow;
mod screens;
mod sizes;
mod styles;
mod user;

//! The controller in virtual time, against an API server inside the process: the faults that the real one can't be made to
//! show, and counts of requests that are exact.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what is wanted of it"
)]

mod answers;
mod autoscalers;
mod boundaries;
mod brake;
mod brakes_apart;
mod brakes_flapping;
mod brakes_late;
mod brakes_relabelled;
mod brakes_restarts;
mod changes;
mod clocks;
mod cluster;
mod cluster_claims;
mod cluster_costs;
mod cluster_late;
mod cluster_named;
mod deleted;
mod fights;
mod forging;
mod given_back;
mod governed;
mod governed_changes;
mod hangs;
mod holidays;
mod keda;
mod kinds;
mod leases;
mod leaving;
mod outages;
mod overrides;
mod picked;
mod records;
mod refusals;
mod remembered;
mod rest;
mod restoring;
mod rights;
mod scenarios;
mod select;
mod select_costs;
mod telling;
mod tenants;
mod told_of_many;
mod unknown;
mod values;
mod world;

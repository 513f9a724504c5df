//! The load test of the service: what is asked of it and of its peers, how it is timed, and what comes of it.

pub mod aims;
pub mod check;
pub mod http;
pub mod measure;
pub mod options;
pub mod pace;
pub mod process;
pub mod report;
pub mod results;
pub mod rows;
pub mod statistics;
pub mod streams;
pub mod subject;
pub mod unleash;
pub mod work;
pub mod wrk;

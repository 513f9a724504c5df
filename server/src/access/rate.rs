//! How often one may ask. Counted by key or user where one is known, else by address, in memory that has a bound.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Principal;
use crate::config::Rates;
use crate::error::{Result, sentences};

/// How many callers are counted apart. Beyond that, those that come new share one count, until idle ones are forgotten.
const MOST: usize = 65_536;

/// What kind of request it is; each kind is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Logging in and registering.
    Auth,
    /// Managing.
    Management,
    /// Asking for flags, as applications do.
    Evaluation,
}

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Known(String),
    /// An address; of IPv6 the network, since one client has all of it.
    At(IpAddr),
    Unknown,
    /// All those for whom there is no room.
    Others,
}

/// The counts.
pub struct RateLimits {
    auth: Option<Counts>,
    management: Option<Counts>,
    evaluation: Option<Counts>,
    clock: DefaultClock,
}

struct Counts {
    limiter: DefaultKeyedRateLimiter<Caller>,
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "RateLimits({} callers)", self.len())
    }
}

impl RateLimits {
    /// Counts with these bounds.
    pub fn new(rates: &Rates) -> Self {
        let counts = |limit: Option<NonZeroU32>, quota: fn(NonZeroU32) -> Quota| {
            limit.map(|limit| Counts { limiter: RateLimiter::keyed(quota(limit)) })
        };
        Self {
            auth: counts(rates.auth_per_minute, Quota::per_minute),
            management: counts(rates.management_per_minute, Quota::per_minute),
            evaluation: counts(rates.evaluations_per_second, Quota::per_second),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of somebody who is known by their credentials.
    pub fn check(&self, class: Class, principal: &Principal) -> Result<()> {
        self.count(class, || Caller::Known(principal.actor()))
    }

    /// Counts a request from an address.
    pub fn check_address(&self, class: Class, address: Option<IpAddr>) -> Result<()> {
        self.count(class, || match address {
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Caller::At([a, b, c, d, 0, 0, 0, 0].into())
            }
            Some(address) => Caller::At(address),
            None => Caller::Unknown,
        })
    }

    /// Forgets those who have not asked for so long that it makes no difference.
    pub fn forget_idle(&self) {
        for counts in self.all() {
            counts.limiter.retain_recent();
            counts.limiter.shrink_to_fit();
        }
    }

    /// How many callers are counted apart at this moment.
    pub fn len(&self) -> usize {
        self.all().map(|counts| counts.limiter.len()).sum()
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn all(&self) -> impl Iterator<Item = &Counts> {
        [&self.auth, &self.management, &self.evaluation].into_iter().flatten()
    }

    fn count(&self, class: Class, caller: impl FnOnce() -> Caller) -> Result<()> {
        let counts = match class {
            Class::Auth => &self.auth,
            Class::Management => &self.management,
            Class::Evaluation => &self.evaluation,
        };
        let Some(Counts { limiter }) = counts else { return Ok(()) };
        let caller = if limiter.len() < MOST { caller() } else { Caller::Others };
        limiter.check_key(&caller).map_err(|refused| {
            metrics::counter!("requests_rate_limited_total").increment(1);
            let wait = refused.wait_time_from(self.clock.now());
            // Whole seconds, and not one too few.
            sentences::too_often(wait.as_secs() + 1)
        })
    }
}

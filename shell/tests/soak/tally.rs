//! What is counted in a soak.

/// What was counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Boundaries of schedules.
    pub(crate) boundaries: u64,
    /// Those of them of which it was known exactly what and when: no fault, no pause, nothing vague.
    pub(crate) exact: u64,
    /// Those in a fault or soon after it, where the count is known, but not when.
    pub(crate) troubled: u64,
    /// Writes that were sent, and those that were accepted.
    pub(crate) sent: u64,
    pub(crate) accepted: u64,
    /// What others have done to targets and objects.
    pub(crate) acts: u64,
    /// Times at which a clock was wrong and nothing could be written.
    pub(crate) skews: u64,
    /// Counts that were put back by somebody who does so again and again, and those of which it was checked that it is said.
    pub(crate) reverts: u64,
    pub(crate) reverts_said: u64,
    /// Objects on a target that another one has: statuses that were checked, and targets that fell to them.
    pub(crate) rivals_said: u64,
    pub(crate) takeovers: u64,
    /// Targets of schedules of many that left or came back; and statuses of those that were checked.
    pub(crate) moves: u64,
    pub(crate) crews: u64,
    /// Boundaries' scalings that an event had to tell of, and did; and events that told of something again in a fault, as where a
    /// process was killed whose statuses had been refused.
    pub(crate) told: u64,
    pub(crate) told_again: u64,
    /// Statuses whose time of the last scaling was checked.
    pub(crate) scale_times: u64,
    /// The latest write outside a fault and a fight, in milliseconds.
    pub(crate) latest: i64,
    pub(crate) wrong: u64,
    pub(crate) missed: u64,
    pub(crate) twice: u64,
    /// A number that tells one sequence of writes from another: FNV-1a.
    pub(crate) mark: u64,
}

impl Tally {
    pub(crate) fn note(&mut self, numbers: [i64; 4]) {
        for byte in numbers.into_iter().flat_map(i64::to_le_bytes) {
            self.mark = (self.mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) const fn faults(&self) -> u64 {
        self.wrong + self.missed + self.twice
    }

    /// Whether at least half of all boundaries were checked exactly: what is in a fault, vague or paused excuses too much.
    pub(crate) const fn is_exact(&self) -> bool {
        self.exact > 0 && 2 * self.exact >= self.boundaries
    }

    /// Whether everything that can go wrong has been checked at least once.
    pub(crate) const fn is_whole(&self) -> bool {
        self.troubled > 0
            && self.told > 0
            && self.scale_times > 0
            && self.skews > 0
            && self.reverts_said > 0
            && self.rivals_said > 0
            && self.takeovers > 0
            && self.moves > 0
            && self.crews > 0
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} boundaries, {} of them exact and {} in faults; {} writes sent, {} accepted, the latest after {} ms outside faults; \
             {} boundaries told of in time, {} changes told of again in faults, {} times of the last scaling; \
             {} acts, {} wrong clocks, {} counts put back and {} of them said, {} rivals said and {} takeovers, {} targets picked \
             or left and {} statuses of those who pick; \
             {} wrong, {} missed, {} twice; {:016x}",
            self.boundaries,
            self.exact,
            self.troubled,
            self.sent,
            self.accepted,
            self.latest,
            self.told,
            self.told_again,
            self.scale_times,
            self.acts,
            self.skews,
            self.reverts,
            self.reverts_said,
            self.rivals_said,
            self.takeovers,
            self.moves,
            self.crews,
            self.wrong,
            self.missed,
            self.twice,
            self.mark
        )
    }
}

//! How much one side may send before the other has taken it.

use super::Violation;

/// The most that may be granted at any time, in bytes.
const GRANTED_MAX: i64 = 0x7fff_ffff;

/// What this side may still send, in bytes as frames cost them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credit {
    left: i64,
}

impl Credit {
    pub(super) const fn new(bytes: u32) -> Self {
        // A `From` is no constant.
        #[expect(clippy::as_conversions, reason = "every u32 is an i64")]
        Self { left: bytes as i64 }
    }

    pub(super) const fn left(self) -> i64 {
        self.left
    }

    /// Has to be there.
    pub(super) fn spend(&mut self, cost: i64) {
        self.left -= cost;
    }

    pub(super) fn grant(&mut self, call: u32, grant: u32) -> Result<(), Violation> {
        let left = self.left + i64::from(grant);
        if grant == 0 || left > GRANTED_MAX {
            return Err(Violation::Grant { call, grant, granted: self.left });
        }
        self.left = left;
        Ok(())
    }
}

/// What the other side may still send, and what it is to be granted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    size: i64,
    /// What was granted and not spent.
    left: i64,
    /// What was spent, taken, and not granted again.
    taken: i64,
}

impl Window {
    pub(super) fn new(bytes: u32) -> Self {
        let size = i64::from(bytes);
        Self { size, left: size, taken: 0 }
    }

    pub(super) fn spend(&mut self, call: u32, cost: i64) -> Result<(), Violation> {
        if cost > self.left {
            return Err(Violation::Window { call, cost, granted: self.left });
        }
        self.left -= cost;
        Ok(())
    }

    /// What was spent and not taken, in bytes.
    #[cfg(any(test, feature = "_fuzz"))]
    pub(super) const fn held(self) -> i64 {
        self.size - self.left - self.taken
    }

    /// What may still be spent, in bytes.
    #[cfg(any(test, feature = "_fuzz"))]
    pub(super) const fn left(self) -> i64 {
        self.left
    }

    /// Something was taken. Hands on what is to be granted, if it is enough to be worth a frame.
    pub(super) fn take(&mut self, cost: i64) -> Option<u32> {
        self.taken += cost;
        if self.taken == 0 || self.taken < self.size / 2 {
            return None;
        }
        let grant = u32::try_from(self.taken).ok()?;
        self.left += std::mem::take(&mut self.taken);
        Some(grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_spends_more_than_was_granted_is_noticed() {
        let mut window = Window::new(100);
        window.spend(1, 60).unwrap();
        assert_eq!(window.spend(1, 41), Err(Violation::Window { call: 1, cost: 41, granted: 40 }));
        assert_eq!(window.take(49), None);
        assert_eq!(window.take(11), Some(60));
        window.spend(1, 100).unwrap();
        window.spend(1, 1).unwrap_err();
    }

    #[test]
    fn a_grant_is_something_and_not_without_end() {
        let mut credit = Credit::new(100);
        credit.spend(100);
        assert_eq!(credit.grant(1, 0), Err(Violation::Grant { call: 1, grant: 0, granted: 0 }));
        credit.grant(1, 0x7fff_ffff).unwrap();
        assert_eq!(credit.grant(1, 1), Err(Violation::Grant { call: 1, grant: 1, granted: 0x7fff_ffff }));
        credit.grant(1, u32::MAX).unwrap_err();
        assert_eq!(credit.left(), 0x7fff_ffff);
    }
}

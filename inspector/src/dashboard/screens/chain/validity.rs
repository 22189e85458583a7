//! A certificate's life as a bar: where in it now is, and when it is to be renewed.

use signet_certs::{Certificate, UnixTime};

/// Where a moment stands to a certificate's life (RFC 5280 section 4.1.2.5: both ends belong to it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// After notAfter.
    Expired,
    /// Before notBefore.
    NotYet,
    /// Within.
    Valid,
}

/// Where `now` stands.
pub(super) fn standing(certificate: &Certificate, now: UnixTime) -> Standing {
    place(certificate.not_before, certificate.not_after, now)
}

/// A bar of exactly `columns` from notBefore to notAfter: `├━━━━●──┊────┤`. What has passed is
/// heavy, `●` is now (outside of the ends when it is), `┊` is when it is to be renewed.
pub(super) fn bar(
    certificate: &Certificate,
    rotation: Option<UnixTime>,
    now: UnixTime,
    columns: usize,
) -> String {
    draw(certificate.not_before, certificate.not_after, rotation, now, columns)
}

fn place(not_before: UnixTime, not_after: UnixTime, now: UnixTime) -> Standing {
    if now > not_after {
        Standing::Expired
    } else if now < not_before {
        Standing::NotYet
    } else {
        Standing::Valid
    }
}

fn draw(
    not_before: UnixTime,
    not_after: UnixTime,
    rotation: Option<UnixTime>,
    now: UnixTime,
    columns: usize,
) -> String {
    // A place for now on either side, and the two ends.
    let Some(inner) = columns.checked_sub(4).filter(|inner| *inner > 0) else { return " ".repeat(columns) };
    let standing = place(not_before, not_after, now);
    let cell = |time: UnixTime| -> Option<usize> {
        let life = i128::from(not_after.seconds()) - i128::from(not_before.seconds());
        let passed = i128::from(time.seconds()) - i128::from(not_before.seconds());
        if passed < 0 || passed > life {
            return None;
        }
        // A cell holds the moments from its left edge on; the last moment is in the last cell.
        let inner = i128::try_from(inner).ok()?;
        usize::try_from((passed * inner / life.max(1)).min(inner - 1)).ok()
    };
    let passed = match standing {
        Standing::Expired => inner,
        Standing::NotYet => 0,
        Standing::Valid => cell(now).unwrap_or_default(),
    };
    let mark = rotation.and_then(cell);
    let mut bar = String::with_capacity(columns * 3);
    bar.push_str(if standing == Standing::NotYet { "●├" } else { " ├" });
    for column in 0..inner {
        bar.push(match column {
            column if standing == Standing::Valid && column == passed => '●',
            column if Some(column) == mark => '┊',
            column if column < passed => '━',
            _ => '─',
        });
    }
    bar.push_str(if standing == Standing::Expired { "┤●" } else { "┤ " });
    bar
}

#[cfg(test)]
mod tests {
    use signet_certs::UnixTime;

    use super::draw;

    /// A certificate that lives from 1000 to 2000.
    fn bar(now: i64, rotation: Option<i64>) -> String {
        let at = UnixTime::from_seconds;
        draw(at(1_000), at(2_000), rotation.map(at), at(now), 14)
    }

    #[test]
    fn now_moves_from_end_to_end_and_past_them() {
        assert_eq!(bar(999, None), "●├──────────┤ ");
        assert_eq!(bar(1_000, None), " ├●─────────┤ ");
        assert_eq!(bar(1_250, None), " ├━━●───────┤ ");
        assert_eq!(bar(2_000, None), " ├━━━━━━━━━●┤ ");
        assert_eq!(bar(2_001, None), " ├━━━━━━━━━━┤●");
    }

    #[test]
    fn the_renewal_is_marked_before_and_after_it_was_due() {
        assert_eq!(bar(1_250, Some(1_500)), " ├━━●──┊────┤ ");
        assert_eq!(bar(1_800, Some(1_500)), " ├━━━━━┊━━●─┤ ");
        assert_eq!(bar(1_250, Some(9_000)), " ├━━●───────┤ ");
    }

    #[test]
    fn lives_of_no_length_and_without_end_are_drawn_too() {
        let at = UnixTime::from_seconds;
        assert_eq!(draw(at(5), at(5), None, at(5), 8), " ├●───┤ ");
        assert_eq!(draw(at(i64::MIN), at(i64::MAX), None, at(0), 8), " ├━━●─┤ ");
        assert_eq!(draw(at(9), at(1), None, at(5), 3), "   ");
    }
}

//! What is where, for drawing and for the mouse alike.
//!
//! ```text
//! Signet  demo  2026-11-24T06:00:00Z  connected     header: one to three lines
//! ✗ connection lost …                               banner: only while it is lost
//! ─ Pods ── 12 of 15 ── /httpbin ──────────────     body: the screen
//! NAMESPACE  POD …
//! <enter> chain  </> filter  <?> help               footer: keys, a prompt or a notice
//! ```

use ratatui::layout::{Rect, Size};

/// Below this nothing sensible can be shown.
pub(crate) const SMALLEST: Size = Size::new(30, 6);

/// The parts of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// What mesh this is, and how it is.
    pub(crate) header: Rect,
    /// That the connection is lost; empty while it is not.
    pub(crate) banner: Rect,
    /// The screen itself.
    pub(crate) body: Rect,
    /// Keys, a prompt or a notice.
    pub(crate) footer: Rect,
}

/// Divides a terminal of this size; nothing where it is too small.
pub(crate) fn parts(size: Size, banner: bool) -> Option<Parts> {
    if size.width < SMALLEST.width || size.height < SMALLEST.height {
        return None;
    }
    let header = match size.height {
        0..12 => 1,
        12..20 => 2,
        _ => 3,
    };
    let banner = u16::from(banner);
    let row = |y, height| Rect::new(0, y, size.width, height);
    Some(Parts {
        header: row(0, header),
        banner: row(header, banner),
        body: row(header + banner, size.height - header - banner - 1),
        footer: row(size.height - 1, 1),
    })
}

/// A list and the details of what is selected in it: to the right where the body is wide, below where
/// it has at least `height` rows, else no details.
pub(crate) fn with_details(body: Rect, height: u16) -> (Rect, Option<Rect>) {
    if body.width >= 160 {
        let details = 64;
        let list = Rect { width: body.width - details - 1, ..body };
        return (list, Some(Rect { x: body.x + list.width + 1, width: details, ..body }));
    }
    if body.height >= height {
        let details = (body.height / 3).max(8);
        let list = Rect { height: body.height - details, ..body };
        return (list, Some(Rect { y: body.y + list.height, height: details, ..body }));
    }
    (body, None)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::{Rect, Size};

    use super::{parts, with_details};

    #[test]
    fn the_parts_fill_the_terminal_from_the_smallest_size_on() {
        for (width, height) in [(30, 6), (40, 10), (80, 24), (300, 100)] {
            for banner in [false, true] {
                let parts = parts(Size::new(width, height), banner).expect("large enough");
                let heights = [parts.header, parts.banner, parts.body, parts.footer].map(|part| part.height);
                assert_eq!(heights.iter().sum::<u16>(), height);
                assert!(parts.body.height >= 3, "{width}x{height}");
            }
        }
        assert_eq!(parts(Size::new(29, 24), false), None);
        assert_eq!(parts(Size::new(0, 0), true), None);
    }

    #[test]
    fn details_stand_beside_a_wide_list_and_below_a_high_one() {
        assert_eq!(with_details(Rect::new(0, 3, 80, 20), 35).1, None);
        let (list, details) = with_details(Rect::new(0, 3, 120, 36), 35);
        assert_eq!((list.height, details), (24, Some(Rect::new(0, 27, 120, 12))));
        let (list, details) = with_details(Rect::new(0, 3, 200, 20), 35);
        assert_eq!((list.width, details), (135, Some(Rect::new(136, 3, 64, 20))));
    }
}

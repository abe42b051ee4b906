//! Who reads what both sides write, in the order in which it is written, and holds it against the rules of the page.

use std::collections::HashMap;

use bytes::BytesMut;

use super::super::frame::{Flags, Frame, Kind, Opening, PART_COST};
use super::super::machine::{Bounds, Role, Shape};

/// Where a direction of a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Open,
    Ended,
    /// Of a host: CANCEL.
    Cancelled,
}

#[derive(Debug)]
struct Seen {
    host: Direction,
    plugin: Direction,
    had_headers: bool,
    had_message: bool,
    /// Whether a message has begun and is not complete, from the host and from the plugin.
    is_in_message: [bool; 2],
    streams_requests: bool,
    streams_responses: bool,
    host_credit: i64,
    plugin_credit: i64,
}

/// What was seen of a connection.
#[derive(Debug)]
pub(super) struct Observer {
    host: Bounds,
    plugin: Bounds,
    from_host: BytesMut,
    from_plugin: BytesMut,
    calls: HashMap<u32, Seen>,
    host_credit: i64,
    plugin_credit: i64,
}

impl Observer {
    pub(super) fn new(host: Bounds, plugin: Bounds) -> Self {
        Self {
            host,
            plugin,
            from_host: BytesMut::new(),
            from_plugin: BytesMut::new(),
            calls: HashMap::new(),
            host_credit: plugin.connection_window_bytes.into(),
            plugin_credit: host.connection_window_bytes.into(),
        }
    }

    /// Bytes that a side wrote.
    pub(super) fn see(&mut self, role: Role, bytes: &[u8], shape: impl Fn(u32) -> Shape) {
        let (buffer, limit) = match role {
            Role::Host => (&mut self.from_host, self.plugin.frame_bytes_max),
            Role::Plugin => (&mut self.from_plugin, self.host.frame_bytes_max),
        };
        buffer.extend_from_slice(bytes);
        let mut frames = Vec::new();
        while let Some(frame) = Frame::next(buffer, limit).expect("frames are well formed") {
            frames.push(frame);
        }
        for frame in frames {
            match (frame.kind, role) {
                (Kind::Ping | Kind::Goodbye, _) => assert_eq!(frame.call, 0),
                (Kind::Window, _) => self.window(role, &frame),
                (Kind::Call, Role::Host) => self.call(&frame, &shape),
                (Kind::Cancel, Role::Host) => self.cancel(&frame),
                (Kind::Message, _) => self.message(role, &frame, frame.payload.len()),
                (Kind::Headers | Kind::Status, Role::Plugin) => self.answer(&frame),
                _ => panic!("{role:?} must not say {frame:?}"),
            }
        }
    }

    fn call(&mut self, frame: &Frame, shape: impl Fn(u32) -> Shape) {
        let (opening, part) = Opening::read(frame).unwrap();
        if let Some(before) = self.calls.get(&frame.call) {
            assert!(before.is_over(), "{frame:?}: the id is in use: {before:?}");
        }
        let kind = shape(opening.method).kind;
        let seen = Seen {
            host: Direction::Open,
            plugin: Direction::Open,
            had_headers: false,
            had_message: false,
            is_in_message: [false; 2],
            streams_requests: kind.streams_requests(),
            streams_responses: kind.streams_responses(),
            host_credit: self.plugin.window_bytes.into(),
            plugin_credit: self.host.window_bytes.into(),
        };
        self.calls.insert(frame.call, seen);
        let under_way = self.calls.values().filter(|seen| !seen.is_over()).count();
        assert!(under_way <= usize::try_from(self.plugin.calls_max).unwrap(), "{under_way} calls at once");
        self.message(Role::Host, frame, part.len());
    }

    fn seen(&mut self, frame: &Frame) -> &mut Seen {
        self.calls.get_mut(&frame.call).unwrap_or_else(|| panic!("{frame:?}: no such call"))
    }

    fn cancel(&mut self, frame: &Frame) {
        let seen = self.seen(frame);
        assert_ne!(seen.host, Direction::Cancelled, "{frame:?}: twice");
        seen.host = Direction::Cancelled;
    }

    fn message(&mut self, role: Role, frame: &Frame, length: usize) {
        let cost = i64::try_from(length).unwrap() + i64::from(PART_COST);
        let (has_part, ends) = (frame.flags.has(Flags::PART), frame.flags.has(Flags::END));
        let seen = self.seen(frame);
        let (direction, own, is_stream) = match role {
            Role::Host => (&mut seen.host, &mut seen.host_credit, seen.streams_requests),
            Role::Plugin => (&mut seen.plugin, &mut seen.plugin_credit, seen.streams_responses),
        };
        assert_eq!(*direction, Direction::Open, "{role:?} {frame:?}: the direction has ended");
        seen.had_message |= role == Role::Plugin && has_part;
        let is_in_message = &mut seen.is_in_message[usize::from(role == Role::Plugin)];
        if has_part {
            assert!(!*is_in_message || !frame.has_several(), "{role:?} {frame:?}: a message has begun");
            *is_in_message = frame.flags.has(Flags::MORE);
        }
        assert!(!ends || !*is_in_message, "{role:?} {frame:?}: a message is not complete");
        if has_part {
            *own -= cost;
            assert!(*own >= 0, "{role:?} {frame:?}: {own} of the call's credit");
        }
        if ends {
            *direction = Direction::Ended;
        }
        if has_part && is_stream {
            let common = match role {
                Role::Host => &mut self.host_credit,
                Role::Plugin => &mut self.plugin_credit,
            };
            *common -= cost;
            assert!(*common >= 0, "{role:?} {frame:?}: {common} of the connection's credit");
        }
    }

    fn answer(&mut self, frame: &Frame) {
        let seen = self.seen(frame);
        assert_eq!(seen.plugin, Direction::Open, "{frame:?}: the call has ended");
        if frame.kind == Kind::Status {
            seen.plugin = Direction::Ended;
        } else {
            assert!(!seen.had_headers && !seen.had_message, "{frame:?}: late, or twice");
            seen.had_headers = true;
        }
    }

    fn window(&mut self, role: Role, frame: &Frame) {
        let grant = i64::from(frame.granted().unwrap());
        assert!(grant > 0);
        if frame.call == 0 {
            match role {
                Role::Host => self.plugin_credit += grant,
                Role::Plugin => self.host_credit += grant,
            }
            return;
        }
        let seen = self.seen(frame);
        match role {
            Role::Host => {
                assert_ne!(seen.host, Direction::Cancelled, "{frame:?}: nothing comes after CANCEL");
                seen.plugin_credit += grant;
            }
            Role::Plugin => seen.host_credit += grant,
        }
    }

    /// Everything was said: each call has its ends.
    pub(super) fn conclude(&self) {
        assert!(self.from_host.is_empty() && self.from_plugin.is_empty());
        for (id, seen) in &self.calls {
            assert!(seen.is_over(), "{id}: {seen:?}");
        }
    }
}

impl Seen {
    fn is_over(&self) -> bool {
        self.host != Direction::Open && self.plugin != Direction::Open
    }
}

use super::super::frame::Kind;
use super::*;

fn frame(flags: u8, part: &[u8]) -> Frame {
    Frame { kind: Kind::Message, flags: Flags(flags), call: 1, payload: Bytes::copy_from_slice(part) }
}

fn receive(incoming: &mut Incoming, flags: u8, part: &[u8]) -> Result<(Effect, Option<Status>), Violation> {
    let frame = frame(flags, part);
    incoming.receive(&frame, frame.payload.clone())
}

fn stream(window: u32) -> Incoming {
    Incoming::new(window, SizeLimit::of_connection(1000, false), true)
}

const PART: u8 = Flags::PART;
const MORE: u8 = Flags::PART | Flags::MORE;
const END: u8 = Flags::END;

#[test]
fn parts_become_messages_in_their_order() {
    let mut incoming = stream(1000);
    for (flags, part) in [(MORE, "ab"), (MORE, ""), (PART, "c"), (PART, ""), (PART | END, "d")] {
        receive(&mut incoming, flags, part.as_bytes()).unwrap();
    }
    let taken = std::iter::from_fn(|| incoming.take().map(|(message, _)| message.bytes));
    assert_eq!(taken.collect::<Vec<_>>(), ["abc", "", "d"]);
    assert!(incoming.has_ended());
    receive(&mut incoming, END, b"").unwrap_err();
}

const SEVERAL: u8 = Flags::PART | Flags::SEVERAL;

/// Whole messages, each with its length before it.
fn several(messages: &[&str]) -> Vec<u8> {
    let with_length =
        |message: &&str| [&u32::try_from(message.len()).unwrap().to_le_bytes(), message.as_bytes()].concat();
    messages.iter().flat_map(with_length).collect()
}

#[test]
fn messages_that_come_together_are_taken_one_by_one() {
    let mut incoming = stream(100);
    receive(&mut incoming, PART, b"a").unwrap();
    receive(&mut incoming, SEVERAL | END, &several(&["bc", "", "d", ""])).unwrap();
    let taken: Vec<_> = std::iter::from_fn(|| incoming.take()).collect();
    let (messages, effects): (Vec<_>, Vec<_>) =
        taken.into_iter().map(|(message, effect)| (message.bytes, effect)).unzip();
    assert_eq!(messages, ["a", "bc", "", "d", ""]);
    let given_back: Vec<_> = effects.iter().map(|effect| effect.taken).collect();
    assert_eq!(given_back, [17, 0, 0, 0, 35], "what they cost goes with the last");
    assert_eq!(incoming.take(), None);
}

#[test]
fn messages_that_come_together_are_taken_together() {
    let mut incoming = stream(80);
    receive(&mut incoming, PART, b"a").unwrap();
    receive(&mut incoming, SEVERAL, &several(&["bc", ""])).unwrap();
    let (alone, effect) = incoming.take_together().unwrap();
    assert!(matches!(alone, Piece::One(message) if message == "a"));
    assert_eq!(effect.taken, 17);
    let (together, effect) = incoming.take_together().unwrap();
    assert!(matches!(together, Piece::Several(messages) if messages == several(&["bc", ""])));
    assert_eq!(effect, Effect { grant: Some(43), taken: 26 });
    assert!(incoming.take_together().is_none());
}

#[test]
fn several_messages_break_a_rule_where_they_do_not_fill_their_frame() {
    let payload = several(&["ab", "c"]);
    for length in (0..payload.len()).filter(|length| *length != 6) {
        let cut = &payload[..length];
        receive(&mut stream(100), SEVERAL, cut).unwrap_err();
    }
    let mut more = payload.clone();
    more[0] = 0xff;
    receive(&mut stream(100), SEVERAL, &more).unwrap_err();
    let mut begun = stream(100);
    receive(&mut begun, MORE, b"a").unwrap();
    receive(&mut begun, SEVERAL, &payload).unwrap_err();
    let mut single = Incoming::new(100, SizeLimit::of_connection(1000, false), false);
    receive(&mut single, SEVERAL, &payload).unwrap_err();
}

#[test]
fn several_messages_before_one_that_is_too_long_are_not_lost() {
    let several = several(&["a", "", "bcd", "e"]);
    let mut incoming = Incoming::new(100, SizeLimit::of_connection(2, false), true);
    let (effect, refused) = receive(&mut incoming, SEVERAL | END, &several).unwrap();
    assert!(refused.is_some() && effect == Effect::default());
    let taken: Vec<_> = std::iter::from_fn(|| incoming.take()).collect();
    let (messages, effects): (Vec<_>, Vec<_>) =
        taken.into_iter().map(|(message, effect)| (message.bytes, effect)).unzip();
    assert_eq!(messages, ["a", ""]);
    assert_eq!(effects[1].taken, 37, "the frame is paid for as a whole");
    let mut incoming = Incoming::new(100, SizeLimit::of_connection(0, false), true);
    let (effect, refused) = receive(&mut incoming, SEVERAL, &several).unwrap();
    assert!(refused.is_some() && incoming.take().is_none());
    assert_eq!(effect.taken, 37);
}

#[test]
fn a_message_longer_than_the_window_is_granted_while_it_comes() {
    let mut incoming = stream(64);
    let mut granted = 64;
    for _ in 0..50 {
        granted -= 32;
        let (effect, refused) = receive(&mut incoming, MORE, &[0; 16]).unwrap();
        assert!(refused.is_none());
        granted += effect.grant.unwrap_or(0);
        assert!(granted >= 32, "{granted}");
    }
}

#[test]
fn nothing_is_granted_for_messages_that_nobody_takes() {
    let mut incoming = stream(100);
    let nothing = (Effect::default(), None::<Status>);
    let (effect, refused) = receive(&mut incoming, PART, &[0; 4]).unwrap();
    assert_eq!((effect, refused.is_none()), (nothing.0, true));
    // The next one waits behind it, complete or not.
    assert_eq!(receive(&mut incoming, MORE, &[0; 14]).unwrap().0, Effect::default());
    assert_eq!(receive(&mut incoming, PART, &[0; 14]).unwrap().0, Effect::default());
    receive(&mut incoming, PART, &[0; 5]).unwrap_err();
    let (_, effect) = incoming.take().unwrap();
    assert_eq!(effect, Effect { grant: None, taken: 20 });
    let (_, effect) = incoming.take().unwrap();
    assert_eq!(effect, Effect { grant: Some(80), taken: 60 });
}

#[test]
fn a_message_over_its_limit_is_noticed_with_the_part_that_is_too_much() {
    let mut incoming = Incoming::new(10_000, SizeLimit::of_connection(10, false), true);
    assert!(receive(&mut incoming, MORE, &[0; 6]).unwrap().1.is_none());
    let (_, refused) = receive(&mut incoming, MORE, &[0; 5]).unwrap();
    assert!(refused.unwrap().message().contains("11 bytes is over the limit of 10"));
}

#[test]
fn a_message_over_its_limit_breaks_no_rule_where_the_direction_ends_with_it() {
    let mut incoming = Incoming::new(10_000, SizeLimit::of_connection(10, false), true);
    receive(&mut incoming, MORE, &[0; 6]).unwrap();
    let (effect, refused) = receive(&mut incoming, PART | END, &[0; 5]).unwrap();
    assert!(refused.is_some() && incoming.has_ended());
    assert_eq!(effect, Effect { grant: None, taken: 21 }, "the first part was granted at once");
}

#[test]
fn a_single_message_is_not_followed_by_another() {
    let mut incoming = Incoming::new(1000, SizeLimit::of_connection(10, false), false);
    receive(&mut incoming, MORE, b"a").unwrap();
    receive(&mut incoming, PART, b"b").unwrap();
    receive(&mut incoming, PART, b"c").unwrap_err();
}

#[test]
fn a_message_that_ends_early_breaks_a_rule_unless_nobody_wants_it() {
    let mut incoming = stream(1000);
    receive(&mut incoming, MORE, b"a").unwrap();
    receive(&mut incoming, END, b"").unwrap_err();
    assert_eq!(incoming.discard(), 0, "what is incomplete was granted at once");
    receive(&mut incoming, END, b"").unwrap();
}

#[test]
fn what_is_thrown_away_is_given_back_to_the_connection() {
    let mut incoming = stream(1000);
    receive(&mut incoming, PART, &[0; 4]).unwrap();
    receive(&mut incoming, MORE, &[0; 14]).unwrap();
    assert_eq!(incoming.discard(), 50);
    assert_eq!(receive(&mut incoming, PART, &[0; 34]).unwrap().0.taken, 50);
}

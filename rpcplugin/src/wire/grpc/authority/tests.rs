use super::*;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame around a payload, with its flags.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags, 0, 0, 0, 1]);
    frame.extend(payload);
    frame
}

/// A field with the name at a position of the table, kept in the table, its value not in Huffman code.
fn field(name: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![0x40 | name, u8::try_from(value.len()).unwrap()];
    field.extend(value);
    field
}

fn connection(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    bytes.extend(frames.concat());
    bytes
}

/// Mends the bytes in pieces cut at every position, and expects the same from each cut.
fn mend(bytes: &[u8]) -> Vec<u8> {
    let mut whole = bytes.to_vec();
    Mender::default().mend(&mut whole);
    for at in 0..bytes.len() {
        let mut cut = bytes.to_vec();
        let mut mender = Mender::default();
        let (left, right) = cut.split_at_mut(at);
        mender.mend(left);
        mender.mend(right);
        assert_eq!(cut, whole, "cut at {at}");
    }
    whole
}

#[test]
fn a_percent_in_the_authority_becomes_a_dot() {
    let block = |authority: &[u8]| [field(4, b"/a%2Fb"), field(1, authority), vec![0x83]].concat();
    let settings = frame(4, 0, &[0, 3, 0, 0, 0, 100]);
    let bytes = connection(&[settings.clone(), frame(1, 4, &block(b"tmp%2Fplugin%2Fsocket"))]);
    let expected = connection(&[settings, frame(1, 4, &block(b"tmp.2Fplugin.2Fsocket"))]);
    // The path keeps its percent.
    assert_eq!(mend(&bytes), expected);
}

#[test]
fn a_spelled_name_is_recognised_and_a_longer_one_is_not() {
    // The second and the third field that grpcio 1.85 sends: `:authority` spelled out, then `:method` from the table.
    let block = |value: &[u8]| {
        let mut block = b"\x40\x0a:authority\x07".to_vec();
        block.extend(value);
        block.push(0x83);
        block.extend(b"\x40\x0b:authority2\x01%\x40\x09:authorit\x01%");
        block
    };
    let bytes = connection(&[frame(1, 4, &block(b"tmp%2Fs"))]);
    assert_eq!(mend(&bytes), connection(&[frame(1, 4, &block(b"tmp.2Fs"))]));
}

#[test]
fn a_second_request_is_mended_as_the_first_is() {
    let request = |authority: &[u8]| frame(1, 4, &[vec![0x83], field(1, authority)].concat());
    let data = frame(0, 1, b":authority%41\x41\x05%%%%%");
    let bytes = connection(&[request(b"a%2Fb"), data.clone(), request(b"c%2Fd")]);
    let expected = connection(&[request(b"a.2Fb"), data, request(b"c.2Fd")]);
    assert_eq!(mend(&bytes), expected);
}

#[test]
fn padding_and_priority_are_stepped_over() {
    let payload = |authority: &[u8]| {
        let mut payload = vec![3, 0, 0, 0, 0, 16];
        payload.extend(field(1, authority));
        payload.extend(b"%%%");
        payload
    };
    let flags = 4 | FLAG_PADDED | FLAG_PRIORITY;
    let data = frame(0, 0, b"%");
    let bytes = connection(&[frame(1, flags, &payload(b"a%b")), data.clone()]);
    let expected = connection(&[frame(1, flags, &payload(b"a.b")), data]);
    assert_eq!(mend(&bytes), expected);
}

#[test]
fn names_numbers_and_table_sizes_of_every_form_are_stepped_over() {
    let long = vec![b'%'; 300];
    let block = |authority: &[u8]| {
        let mut block = vec![0x3f, 0xe1, 0x1f, 0xff, 0x01];
        // A field with a spelled name, and a value of 300 bytes whose length takes three bytes.
        block.extend([0x00, 0x02, b'x', b'%', 0x7f, 0xad, 0x01]);
        block.extend(&long);
        // A field with an empty name, one with an empty value.
        block.extend([0x10, 0x00, 0x01, b'%', 0x0f, 0x30, 0x00]);
        block.extend(field(1, authority));
        block
    };
    let bytes = connection(&[frame(1, 4, &block(b"a%b"))]);
    assert_eq!(mend(&bytes), connection(&[frame(1, 4, &block(b"a.b"))]));
}

#[test]
fn a_value_in_huffman_code_is_mended() {
    // `%` 010101, `a` 00011, filled up with ones: 01010100 01111111.
    let block = |first: u8| vec![0x41, 0x82, first, 0x7f];
    let bytes = connection(&[frame(1, 4, &block(0b0101_0100))]);
    assert_eq!(mend(&bytes), connection(&[frame(1, 4, &block(0b0101_1100))]));
}

#[test]
fn a_peer_whose_authority_is_in_order_is_left_alone_from_then_on() {
    let bytes = connection(&[frame(1, 4, &field(1, b"localhost")), frame(1, 4, &field(1, b"a%b"))]);
    assert_eq!(mend(&bytes), bytes);
}

#[test]
fn frames_that_contradict_themselves_are_left_to_h2() {
    for payload in [&[][..], &[200], &[200, 1, 2], &[0x41], &[0x41, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x25]]
    {
        for flags in [0, FLAG_PADDED, FLAG_PRIORITY, FLAG_PADDED | FLAG_PRIORITY] {
            let bytes = connection(&[frame(1, flags, payload), frame(0, 0, b"%")]);
            mend(&bytes);
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic_and_no_length_changes(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let all = connection(&[bytes]);
        let mut mended = all.clone();
        Mender::default().mend(&mut mended);
        proptest::prop_assert_eq!(mended.len(), all.len());
    }

    #[test]
    fn no_header_block_panics(block in proptest::collection::vec(proptest::num::u8::ANY, 1..100), flags: u8) {
        let mut all = connection(&[frame(1, flags, &block), frame(1, 4, &block)]);
        Mender::default().mend(&mut all);
    }
}

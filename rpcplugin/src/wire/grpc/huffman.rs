//! Walks a text in HPACK's Huffman code, symbol by symbol, without a table of symbols.

/// How many symbols have a code of each length in bits, from RFC 7541, appendix B. The code is canonical: the codes of one
/// length follow each other, and the shorter ones come first. So these numbers are all of it that finding an end needs.
const CODES_OF_LENGTH: [u32; 31] =
    [0, 0, 0, 0, 0, 10, 26, 32, 6, 0, 5, 3, 2, 6, 2, 3, 0, 0, 0, 3, 8, 13, 26, 29, 12, 4, 15, 19, 29, 0, 4];

/// The five bits that `%` (010101) shares with the space, which no authority holds.
const PERCENT_PREFIX: u32 = 0b01010;
const PERCENT_PREFIX_BITS: usize = 5;

/// The symbol that is being read. A symbol may go over the end of a byte.
#[derive(Debug, Default)]
pub(super) struct Walker {
    code: u32,
    bits: usize,
    /// The first code of the current length.
    first: u32,
}

impl Walker {
    /// Reads a byte, turns every `%` that has its fifth bit here into `.`, and says whether there was one.
    ///
    /// The fifth bit decides: 010101 becomes 010111.
    pub(super) fn replace_percent(&mut self, byte: &mut u8) -> bool {
        let mut found = false;
        for position in (0..8).rev() {
            let bit = u32::from(*byte >> position & 1);
            self.push(bit);
            if self.bits == PERCENT_PREFIX_BITS && self.code == PERCENT_PREFIX {
                *byte |= 1 << position;
                self.code |= 1;
                found = true;
            }
            self.end_symbol();
        }
        found
    }

    fn push(&mut self, bit: u32) {
        let shorter = CODES_OF_LENGTH.get(self.bits).copied().unwrap_or_default();
        self.first = (self.first.wrapping_add(shorter)) << 1;
        self.bits += 1;
        self.code = self.code << 1 | bit;
    }

    fn end_symbol(&mut self) {
        let count = CODES_OF_LENGTH.get(self.bits).copied().unwrap_or_default();
        let is_whole = self.code.wrapping_sub(self.first) < count;
        // Past the longest code the bytes are no text: begin anew rather than run on.
        if is_whole || self.bits >= CODES_OF_LENGTH.len() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_has_a_symbol_for_each_byte_and_one_for_the_end() {
        assert_eq!(CODES_OF_LENGTH.iter().sum::<u32>(), 257);
        // A code that is used up to its last bit pattern: the sum of its shares is one.
        let shares: u64 = CODES_OF_LENGTH
            .iter()
            .enumerate()
            .map(|(length, count)| u64::from(*count) << (30 - length))
            .sum();
        assert_eq!(shares, 1 << 30);
    }

    #[test]
    fn a_percent_becomes_a_dot_and_nothing_else_changes() {
        // "a%b-./ %" in codes: a=00011 %=010101 b=100011 -=010110 .=010111 /=011000 %=010101, filled up with ones.
        let text = "00011 010101 100011 010110 010111 011000 010101";
        let expected = "00011 010111 100011 010110 010111 011000 010111";
        let pack = |bits: &str| -> Vec<u8> {
            let mut bits: String = bits.chars().filter(|bit| *bit != ' ').collect();
            while !bits.len().is_multiple_of(8) {
                bits.push('1');
            }
            let bytes = bits.as_bytes().chunks(8);
            bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
        };
        let mut bytes = pack(text);
        let mut walker = Walker::default();
        let found = bytes.iter_mut().fold(false, |found, byte| walker.replace_percent(byte) | found);
        assert!(found);
        assert_eq!(bytes, pack(expected));
    }
}

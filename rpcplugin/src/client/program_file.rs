//! What a file is that should be a program, as its first bytes tell. Pure, and total: any bytes are something.

use std::path::PathBuf;

use super::files::path_of;

/// What the bytes at the beginning of a file make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProgramFile {
    /// No bytes at all.
    Empty,
    /// `#!` and what runs the rest; `None` where nothing stands behind it.
    Script { interpreter: Option<PathBuf> },
    /// A program of Linux and others.
    Elf { machine: u16, loader: Option<PathBuf> },
    /// A program of another system.
    Foreign { system: &'static str },
    /// Something that no system starts by itself.
    Other,
}

impl ProgramFile {
    /// Looks at the beginning of a file.
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            [b'#', b'!', rest @ ..] => Self::Script { interpreter: interpreter(rest) },
            [0x7f, b'E', b'L', b'F', ..] => Self::elf(head).unwrap_or(Self::Other),
            [b'M', b'Z', ..] => Self::Foreign { system: "Windows" },
            [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => {
                Self::Foreign { system: "macOS" }
            }
            _ => Self::Other,
        }
    }

    fn elf(head: &[u8]) -> Option<Self> {
        let elf = Elf::of(head)?;
        Some(Self::Elf {
            machine: elf.number(18, 2).and_then(|number| u16::try_from(number).ok())?,
            loader: elf.loader(),
        })
    }
}

/// What stands behind `#!`: a path, and perhaps one argument.
fn interpreter(rest: &[u8]) -> Option<PathBuf> {
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let mut words = line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    words.next().map(path_of)
}

/// The header of an ELF file, whose numbers are as long and in such an order as it says itself.
struct Elf<'a> {
    head: &'a [u8],
    is_64_bits: bool,
    is_little: bool,
}

/// The type of the entry that names the loader.
const LOADER: u64 = 3;

impl<'a> Elf<'a> {
    fn of(head: &'a [u8]) -> Option<Self> {
        let [class, order] = *head.get(4..6)? else { return None };
        Some(Self { head, is_64_bits: class == 2, is_little: order != 2 })
    }

    /// The number of so many bytes at this place.
    fn number(&self, at: usize, length: usize) -> Option<u64> {
        let bytes = self.head.get(at..at.checked_add(length)?)?;
        let add = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        Some(if self.is_little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    }

    fn place(&self, at: usize, length: usize) -> Option<usize> {
        self.number(at, length).and_then(|number| usize::try_from(number).ok())
    }

    /// The loader that the table of segments names, where the beginning of the file holds it.
    fn loader(&self) -> Option<PathBuf> {
        let (table, size, count) = match self.is_64_bits {
            true => (self.place(32, 8)?, self.place(54, 2)?, self.place(56, 2)?),
            false => (self.place(28, 4)?, self.place(42, 2)?, self.place(44, 2)?),
        };
        (0..count).find_map(|index| self.loader_in(table.checked_add(index.checked_mul(size)?)?))
    }

    /// The loader, if this entry of the table names it.
    fn loader_in(&self, entry: usize) -> Option<PathBuf> {
        let at = |offset: usize| entry.checked_add(offset);
        if self.number(entry, 4)? != LOADER {
            return None;
        }
        let (from, length) = match self.is_64_bits {
            true => (self.place(at(8)?, 8)?, self.place(at(32)?, 8)?),
            false => (self.place(at(4)?, 4)?, self.place(at(16)?, 4)?),
        };
        let text = self.head.get(from..from.checked_add(length)?)?;
        text.split(|byte| *byte == 0).next().filter(|text| !text.is_empty()).map(path_of)
    }
}

/// What people call a machine that an ELF file is for. Rust's names, where it has one.
pub(super) fn machine_name(machine: u16) -> Option<&'static str> {
    let names = [
        (3, "x86"),
        (8, "mips"),
        (20, "powerpc"),
        (21, "powerpc64"),
        (22, "s390x"),
        (40, "arm"),
        (43, "sparc64"),
        (62, "x86_64"),
        (183, "aarch64"),
        (243, "riscv64"),
        (258, "loongarch64"),
    ];
    names.into_iter().find(|(number, _)| *number == machine).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_program_of_this_test_names_its_machine_and_a_loader_that_is_there() {
        let head = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let ProgramFile::Elf { machine, loader } = ProgramFile::of(&head) else { panic!("not ELF") };
        assert_eq!(machine_name(machine), Some(std::env::consts::ARCH));
        assert!(loader.unwrap().exists());
    }

    #[test]
    fn other_files_are_told_apart_by_their_first_bytes() {
        let script = |path: &str| ProgramFile::Script { interpreter: Some(path.into()) };
        assert_eq!(ProgramFile::of(b""), ProgramFile::Empty);
        assert_eq!(ProgramFile::of(b"#!/bin/sh\necho"), script("/bin/sh"));
        assert_eq!(ProgramFile::of(b"#! /usr/bin/env python3\n"), script("/usr/bin/env"));
        // An editor of another system: the carriage return belongs to the path.
        assert_eq!(ProgramFile::of(b"#!/bin/sh\r\n"), script("/bin/sh\r"));
        assert_eq!(ProgramFile::of(b"#!  \n"), ProgramFile::Script { interpreter: None });
        assert_eq!(ProgramFile::of(b"MZ\x90"), ProgramFile::Foreign { system: "Windows" });
        assert_eq!(ProgramFile::of(&[0xcf, 0xfa, 0xed, 0xfe]), ProgramFile::Foreign { system: "macOS" });
        assert_eq!(ProgramFile::of(b"echo hello\n"), ProgramFile::Other);
        assert_eq!(ProgramFile::of(b"\x7fELF"), ProgramFile::Other);
    }

    #[test]
    fn a_file_of_the_other_byte_order_and_width_is_read_as_well() {
        // A header of 52 bytes, one entry of 32 behind it, and the path behind that.
        let mut head = [b"\x7fELF\x01\x02".as_slice(), &[0; 46 + 32], b"/lib/ld.so.1\0"].concat();
        head[19] = 20;
        head[31] = 52;
        head[43] = 32;
        head[45] = 1;
        head[55] = 3;
        head[59] = 84;
        head[71] = 13;
        let loader = Some("/lib/ld.so.1".into());
        assert_eq!(ProgramFile::of(&head), ProgramFile::Elf { machine: 20, loader });
        // The entry lies beyond what was read.
        head[31] = 200;
        assert_eq!(ProgramFile::of(&head), ProgramFile::Elf { machine: 20, loader: None });
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in proptest::collection::vec(any::<u8>(), 0..200), class in 0_u8..4, order in 0_u8..4) {
            let _ = ProgramFile::of(&bytes);
            let _ = ProgramFile::of(&[b"\x7fELF", &[class, order][..], &bytes].concat());
            let _ = ProgramFile::of(&[b"#!".as_slice(), &bytes].concat());
        }
    }
}

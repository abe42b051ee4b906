//! The plugin's word that it speaks the binary wire, for a host that asks for it where the handshake line has no place.
//!
//! The host names a file in a directory of its own by [`WIRES`], and the plugin writes a line there before it prints its
//! handshake line. The line says where it listens: a plugin that starts plugins itself may hand the variable on, and the host
//! must not take the word of one of those for its own plugin's.

use crate::transport::Address;

/// The file for the wires that a plugin speaks beside gRPC: an absolute path, at which there is nothing yet.
pub(super) const WIRES: &str = "RPCPLUGIN_WIRES";

/// The wire and its version, as they stand before the address.
const BINARY: &str = "binary/1";

/// What a plugin writes that speaks the binary wire and listens here.
pub(crate) fn speaks_binary(address: &Address) -> String {
    let network = address.network();
    match address {
        Address::Unix(path) => format!("{BINARY}|{network}|{}\n", path.display()),
        Address::Tcp(address) => format!("{BINARY}|{network}|{address}\n"),
    }
}

/// Whether a file says that the plugin which listens here speaks the binary wire. What a later version adds is not looked at.
#[cfg(feature = "client")]
pub(crate) fn says_binary(file: &str, address: &Address) -> bool {
    file.split_inclusive('\n').any(|line| line == speaks_binary(address))
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_believed_for_the_address_at_which_it_listens_and_no_other() {
        let unix = Address::Unix("/tmp/plugin-1/socket".into());
        let tcp = Address::Tcp("127.0.0.1:10000".parse().unwrap());
        assert_eq!(speaks_binary(&unix), "binary/1|unix|/tmp/plugin-1/socket\n");
        assert_eq!(speaks_binary(&tcp), "binary/1|tcp|127.0.0.1:10000\n");
        for (own, other) in [(&unix, &tcp), (&tcp, &unix)] {
            let file = speaks_binary(own);
            assert!(says_binary(&file, own) && !says_binary(&file, other), "{file}");
            // Half of a line says nothing, and neither does what was written for another version.
            assert!(!says_binary(file.trim_end(), own));
            assert!(!says_binary(&file.replace("/1", "/2"), own));
            let later = format!("binary/2|{}|anything\n{file}more\n", own.network());
            assert!(says_binary(&later, own));
        }
        assert!(!says_binary("", &unix));
    }
}

use super::*;

#[test]
fn a_plugin_can_be_spawned_as_every_future_of_a_task_must_be() {
    fn can_be_spawned<T: Send + 'static>(_future: T) {}
    can_be_spawned(PluginServer::new(Cookie::new("ANY", "any").unwrap()).serve());
}

#[test]
fn what_a_configuration_says_arrives_and_what_it_does_not_say_stays() {
    let second = Duration::from_secs(1);
    let config = rpcplugin::Config::for_plugin()
        .supported_protocol_versions([2, 3])
        .server_transports(["tcp".to_owned()])
        .auto_mtls(false)
        .accept_other_users(true)
        .capture_stdout(false)
        .grpc_grace_period(7 * second)
        .message_bytes_max(6_usize)
        .connections_max(3_usize)
        .newcomers_max(4_usize)
        .tls_handshake_timeout(second)
        .preface_timeout(2 * second)
        .keepalive_enabled(false)
        .build()
        .unwrap();
    let new = || PluginServer::new(Cookie::new("ANY", "any").unwrap());
    let told = new().config(&config);
    assert_eq!(told.sets.versions.as_deref(), Some(&[2, 3][..]));
    assert_eq!((told.transport, told.auto_mtls, told.accept_other_users), (Transport::Tcp, false, true));
    assert_eq!((told.capture_stdout, told.stop_grace), (Some(false), 7 * second));
    assert_eq!(told.messages.bytes_max, 6);
    let limits = ServerLimits::new()
        .connections_max(3)
        .newcomers_max(4)
        .tls_handshake_timeout(second)
        .preface_timeout(2 * second)
        .keep_alive(None);
    assert_eq!(format!("{:?}", told.limits), format!("{limits:?}"));
    let silent = rpcplugin::Config::for_plugin().build().unwrap();
    let kept = new().transport(Transport::Tcp).limits(limits.clone()).config(&silent);
    assert_eq!((kept.transport, kept.auto_mtls), (Transport::Tcp, true));
    assert_eq!(format!("{:?}", kept.limits), format!("{limits:?}"));
}

#[cfg(feature = "gzip")]
#[test]
fn what_protocols_make_of_compression_holds_before_and_behind_what_the_plugin_is_told() {
    use crate::compression::{Compression, Encoding};

    let (sends, reads) = (Compression::new().send(Encoding::Gzip), Compression::new().accept(Encoding::Gzip));
    let new = || PluginServer::new(Cookie::new("ANY", "any").unwrap());
    let cases = [
        new().compression(sends).compression_of_protocol(reads),
        new().compression_of_protocol(reads).compression(sends),
        new().compression(sends).compression_of_protocol(reads).compression(sends),
    ];
    for told in cases {
        assert_eq!(told.message_terms().compression, sends.accept(Encoding::Gzip));
    }
    // What only a protocol sends waits for its calls, and what the plugin was told before is nothing.
    let told = new().compression(sends).compression_of_protocol(sends).compression(Compression::new());
    assert_eq!(told.message_terms().compression, Compression::new().with_protocol(sends));
}

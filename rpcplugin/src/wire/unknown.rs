use crate::contract::Status;
use crate::quote::quote;

/// What the caller of a path is told that names no method, in the same words on every wire. `has_service` says whether there
/// is a service of a name.
pub(crate) fn unknown(path: &str, has_service: impl FnOnce(&str) -> bool) -> Status {
    let service_name = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if has_service(service_name) {
        return Status::unimplemented(format!(
            "service `{service_name}` has no method {}; host and plugin may be built from different contracts",
            quote(path)
        ));
    }
    Status::unimplemented(format!(
        "no service {} is registered; register it, or call one that is",
        quote(service_name)
    ))
}

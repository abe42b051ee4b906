use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::contract::{ServiceSpec, Status};
use crate::rpc::Service;
use crate::wire::{Dispatch, Payload, ResponseFuture, Route};

/// The services of a plugin: a path goes in, a handler comes out. Clones share the handlers.
///
/// See [`Channel::local`](crate::Channel::local) for an example.
#[derive(Clone, Default)]
pub struct Router {
    services: Vec<Arc<dyn Service>>,
    routes: HashMap<&'static str, Route>,
}

/// Why a service could not be registered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RouterError {
    /// Two registered services claim one path.
    #[error(
        "two services claim the path `{path}`; give one of them another name with `#[rpc_protocol(service = \"...\")]`"
    )]
    DuplicatePath {
        /// The path that both claim.
        path: &'static str,
    },
}

impl Router {
    /// A router without a service.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a service.
    ///
    /// # Errors
    ///
    /// [`RouterError::DuplicatePath`] when a path of the service is taken.
    pub fn service(mut self, service: impl Service) -> Result<Self, RouterError> {
        self.add(Arc::new(service))?;
        Ok(self)
    }

    pub(crate) fn add(&mut self, service: Arc<dyn Service>) -> Result<(), RouterError> {
        let methods = service.spec().methods;
        if let Some(taken) = methods.iter().find(|method| self.routes.contains_key(method.path)) {
            return Err(RouterError::DuplicatePath { path: taken.path });
        }
        for (position, spec) in methods.iter().enumerate() {
            let route = Route { service: self.services.len(), method: position, spec };
            self.routes.insert(spec.path, route);
        }
        self.services.push(service);
        Ok(())
    }

    /// The tables of the registered services, in the order of registration.
    pub fn specs(&self) -> impl Iterator<Item = &'static ServiceSpec> {
        self.services.iter().map(|service| service.spec())
    }
}

impl Dispatch for Router {
    fn find(&self, path: &str) -> Option<Route> {
        self.routes.get(path).copied()
    }

    fn unknown(&self, path: &str) -> Status {
        let service_name = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match self.specs().find(|spec| spec.name == service_name) {
            None => Status::unimplemented(format!(
                "no service `{service_name}` is registered; register it, or call one that is"
            )),
            Some(_) => Status::unimplemented(format!(
                "service `{service_name}` has no method `{path}`; host and plugin may be built from different contracts"
            )),
        }
    }

    fn dispatch(&self, route: Route, request: Payload) -> ResponseFuture {
        match self.services.get(route.service) {
            Some(service) => service.call(route.method, request),
            None => Box::pin(std::future::ready(Err(self.unknown(route.spec.path)))),
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.specs().map(|spec| spec.name)).finish()
    }
}

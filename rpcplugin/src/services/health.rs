//! The host asks whether the plugin can answer.

use crate::contract::Status;
use crate::rpc::Streaming;
use crate::services::grpc_health::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse,
};

/// The name under which every go-plugin plugin is healthy.
pub(crate) const PLUGIN_SERVICE: &str = "plugin";

/// Answers for the server, for "plugin", and for each service.
#[rpcplugin::rpc_protocol(service = "grpc.health.v1.Health")]
#[allow(dead_code, reason = "a host uses the client, a plugin the server")]
pub(crate) trait Health {
    /// The state now.
    async fn check(&self, request: HealthCheckRequest) -> Result<HealthCheckResponse, Status>;

    /// The state now and after each change.
    async fn watch(&self, request: HealthCheckRequest) -> Result<Streaming<HealthCheckResponse>, Status>;

    /// The states of all of them.
    async fn list(&self, request: HealthListRequest) -> Result<HealthListResponse, Status>;
}

#[cfg(feature = "server")]
pub(crate) use reporter::HealthReporter;

#[cfg(feature = "server")]
mod reporter {
    use futures_util::stream;
    use tokio::sync::watch;

    use super::*;
    use crate::services::grpc_health::health_check_response::ServingStatus;

    /// The plugin's end: serving until the plugin begins to stop.
    #[derive(Debug)]
    pub(crate) struct HealthReporter {
        services: Vec<&'static str>,
        stopping: watch::Receiver<bool>,
    }

    impl HealthReporter {
        pub(crate) const fn new(services: Vec<&'static str>, stopping: watch::Receiver<bool>) -> Self {
            Self { services, stopping }
        }

        fn knows(&self, service: &str) -> bool {
            service.is_empty() || service == PLUGIN_SERVICE || self.services.contains(&service)
        }
    }

    impl Health for HealthReporter {
        async fn check(&self, request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
            if self.knows(&request.service) {
                Ok(response(state(*self.stopping.borrow())))
            } else {
                Err(Status::not_found("this plugin has no such service; ask for \"plugin\""))
            }
        }

        async fn watch(&self, request: HealthCheckRequest) -> Result<Streaming<HealthCheckResponse>, Status> {
            if !self.knows(&request.service) {
                // The stream stays open: a health checker takes its end for a failure and asks again.
                let unknown = stream::iter([Ok(response(ServingStatus::ServiceUnknown))]);
                let open = stream::unfold(self.stopping.clone(), ended);
                return Ok(Streaming::new(stream::StreamExt::chain(unknown, open)));
            }
            let states = stream::unfold((self.stopping.clone(), None), |(mut stopping, last)| async move {
                if last == Some(true) {
                    return None;
                }
                if last.is_some() {
                    stopping.changed().await.ok()?;
                }
                let now = *stopping.borrow_and_update();
                Some((Ok(response(state(now))), (stopping, Some(now))))
            });
            Ok(Streaming::new(states))
        }

        async fn list(&self, _request: HealthListRequest) -> Result<HealthListResponse, Status> {
            let now = response(state(*self.stopping.borrow()));
            let names = ["", PLUGIN_SERVICE].into_iter().chain(self.services.iter().copied());
            Ok(HealthListResponse { statuses: names.map(|name| (name.to_owned(), now)).collect() })
        }
    }

    /// Yields nothing and ends when the plugin stops.
    async fn ended(
        mut stopping: watch::Receiver<bool>,
    ) -> Option<(Result<HealthCheckResponse, Status>, watch::Receiver<bool>)> {
        // An error means that the plugin is gone, which is an end as well.
        drop(stopping.wait_for(|stopping| *stopping).await);
        None
    }

    const fn state(stopping: bool) -> ServingStatus {
        if stopping { ServingStatus::NotServing } else { ServingStatus::Serving }
    }

    fn response(status: ServingStatus) -> HealthCheckResponse {
        HealthCheckResponse { status: status.into() }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn ask(service: &str) -> HealthCheckRequest {
            HealthCheckRequest { service: service.to_owned() }
        }

        #[tokio::test]
        async fn the_plugin_and_its_services_are_healthy_until_it_stops() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReporter::new(vec!["kv.KV"], stopping);
            for service in ["", "plugin", "kv.KV"] {
                let answer = reporter.check(ask(service)).await.unwrap();
                assert_eq!(answer.status(), ServingStatus::Serving, "{service}");
            }
            assert!(reporter.check(ask("other")).await.is_err());
            stop.send_replace(true);
            let answer = reporter.check(ask("plugin")).await.unwrap();
            assert_eq!(answer.status(), ServingStatus::NotServing);
        }

        #[tokio::test]
        async fn the_list_has_every_name_that_can_be_asked_for() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReporter::new(vec!["kv.KV"], stopping);
            for expected in [ServingStatus::Serving, ServingStatus::NotServing] {
                let list = reporter.list(HealthListRequest {}).await.unwrap().statuses;
                let mut states: Vec<_> = list.iter().map(|(name, is)| (name.as_str(), is.status())).collect();
                states.sort_by_key(|(name, _)| *name);
                assert_eq!(states, ["", "kv.KV", "plugin"].map(|name| (name, expected)));
                stop.send_replace(true);
            }
        }

        #[tokio::test]
        async fn a_watcher_sees_the_stop_and_then_the_end() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReporter::new(Vec::new(), stopping);
            let mut states = reporter.watch(ask("plugin")).await.unwrap();
            assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
            stop.send_replace(true);
            assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
            assert!(states.message().await.unwrap().is_none());
        }

        #[tokio::test]
        async fn a_watcher_of_an_unknown_service_is_told_so_and_released_by_the_stop() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReporter::new(Vec::new(), stopping);
            let mut states = reporter.watch(ask("other")).await.unwrap();
            let first = states.message().await.unwrap().unwrap();
            assert_eq!(first.status(), ServingStatus::ServiceUnknown);
            stop.send_replace(true);
            assert!(states.message().await.unwrap().is_none());
        }
    }
}

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
pub(crate) use reporter::HealthReport;

#[cfg(feature = "server")]
mod reporter {
    use std::sync::Arc;

    use futures_util::stream;
    use tokio::sync::watch;

    use super::*;
    use crate::services::grpc_health::health_check_response::ServingStatus;

    /// The plugin's end: serving until the plugin begins to stop, as long as it says so itself.
    #[derive(Debug)]
    pub(crate) struct HealthReport {
        services: Vec<&'static str>,
        stopping: watch::Receiver<bool>,
        /// What the plugin says of itself.
        serving: Arc<watch::Sender<bool>>,
    }

    impl HealthReport {
        pub(crate) const fn new(
            services: Vec<&'static str>,
            stopping: watch::Receiver<bool>,
            serving: Arc<watch::Sender<bool>>,
        ) -> Self {
            Self { services, stopping, serving }
        }

        /// The state of all that is known.
        fn state(&self) -> ServingStatus {
            state(!*self.stopping.borrow() && *self.serving.borrow())
        }

        fn knows(&self, service: &str) -> bool {
            service.is_empty() || service == PLUGIN_SERVICE || self.services.contains(&service)
        }
    }

    impl Health for HealthReport {
        async fn check(&self, request: HealthCheckRequest) -> Result<HealthCheckResponse, Status> {
            if self.knows(&request.service) {
                Ok(response(self.state()))
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
            let (stopping, serving) = (self.stopping.clone(), self.serving.subscribe());
            let states = States { stopping, serving, told: None, is_over: false };
            Ok(Streaming::new(stream::unfold(states, States::next)))
        }

        async fn list(&self, _request: HealthListRequest) -> Result<HealthListResponse, Status> {
            let now = response(self.state());
            let names = ["", PLUGIN_SERVICE].into_iter().chain(self.services.iter().copied());
            Ok(HealthListResponse { statuses: names.map(|name| (name.to_owned(), now)).collect() })
        }
    }

    /// What a watcher is told.
    struct States {
        stopping: watch::Receiver<bool>,
        serving: watch::Receiver<bool>,
        told: Option<bool>,
        is_over: bool,
    }

    impl States {
        /// The next one. The stop of the plugin is the last.
        async fn next(mut self) -> Option<(Result<HealthCheckResponse, Status>, Self)> {
            if self.is_over {
                return None;
            }
            loop {
                self.is_over = *self.stopping.borrow_and_update();
                let is_serving = *self.serving.borrow_and_update() && !self.is_over;
                if self.is_over || self.told != Some(is_serving) {
                    self.told = Some(is_serving);
                    return Some((Ok(response(state(is_serving))), self));
                }
                // An error means that the plugin is gone.
                tokio::select! {
                    changed = self.stopping.changed() => changed.ok()?,
                    changed = self.serving.changed() => changed.ok()?,
                }
            }
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

    const fn state(is_serving: bool) -> ServingStatus {
        if is_serving { ServingStatus::Serving } else { ServingStatus::NotServing }
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

        fn serving() -> Arc<watch::Sender<bool>> {
            Arc::new(watch::Sender::new(true))
        }

        #[tokio::test(start_paused = true)]
        async fn a_plugin_says_of_itself_that_it_is_not_serving_and_that_it_is_again() {
            let (stop, stopping) = watch::channel(false);
            let serving = serving();
            let reporter = HealthReport::new(Vec::new(), stopping, Arc::clone(&serving));
            let mut states = reporter.watch(ask("plugin")).await.unwrap();
            for is_serving in [true, false, true, false] {
                serving.send_replace(is_serving);
                assert_eq!(states.message().await.unwrap().unwrap().status(), state(is_serving));
                assert_eq!(reporter.check(ask("plugin")).await.unwrap().status(), state(is_serving));
            }
            // The same word again is none.
            serving.send_replace(false);
            let again = tokio::time::timeout(std::time::Duration::from_millis(1), states.message());
            assert!(again.await.is_err());
            stop.send_replace(true);
            assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
            assert!(states.message().await.unwrap().is_none());
        }

        #[tokio::test]
        async fn the_plugin_and_its_services_are_healthy_until_it_stops() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReport::new(vec!["kv.KV"], stopping, serving());
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
            let reporter = HealthReport::new(vec!["kv.KV"], stopping, serving());
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
            let reporter = HealthReport::new(Vec::new(), stopping, serving());
            let mut states = reporter.watch(ask("plugin")).await.unwrap();
            assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
            stop.send_replace(true);
            assert_eq!(states.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
            assert!(states.message().await.unwrap().is_none());
        }

        #[tokio::test]
        async fn a_watcher_of_an_unknown_service_is_told_so_and_released_by_the_stop() {
            let (stop, stopping) = watch::channel(false);
            let reporter = HealthReport::new(Vec::new(), stopping, serving());
            let mut states = reporter.watch(ask("other")).await.unwrap();
            let first = states.message().await.unwrap().unwrap();
            assert_eq!(first.status(), ServingStatus::ServiceUnknown);
            stop.send_replace(true);
            assert!(states.message().await.unwrap().is_none());
        }
    }
}

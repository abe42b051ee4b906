//! The methods of the protocol: values in, values and diagnostics out.
//!
//! What a user did is answered by a diagnostic, what the host did by a status.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rpcplugin::Status;
use serde::{Deserialize, Serialize};

use crate::dynamic::{Value, read, write};
use crate::lookup::{self, Lookup};
use crate::note::{self, Note};
use crate::notebook::{Notebook, NotebookError};
use crate::schema::{self, NOTE};
use crate::tfplugin6::import_resource_state::ImportedResource;
use crate::tfplugin6::{
    AttributePath, Diagnostic, Provider, ServerCapabilities, apply_resource_change, configure_provider,
    get_functions, get_metadata, get_provider_schema, get_resource_identity_schemas, import_resource_state,
    plan_resource_change, read_data_source, read_resource, stop_provider, upgrade_resource_state,
    validate_data_resource_config, validate_provider_config, validate_resource_config,
};

/// The provider.
#[derive(Debug, Default)]
pub struct NotebookProvider {
    /// The notebook of the provider's block. There is none before it is configured.
    notebook: RwLock<Option<Arc<Notebook>>>,
}

/// The provider's block.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    path: Value<String>,
}

impl NotebookProvider {
    fn current(&self) -> Option<Arc<Notebook>> {
        self.notebook.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn notebook(&self) -> Result<Arc<Notebook>, Diagnostic> {
        self.current().ok_or_else(|| {
            let detail = "Its `path` depends on something that is not done yet. Apply that first.";
            Diagnostic::failure("It is not known yet where the notebook is", detail)
        })
    }
}

impl Provider for NotebookProvider {
    async fn get_metadata(&self, _: get_metadata::Request) -> Result<get_metadata::Response, Status> {
        Ok(get_metadata::Response {
            server_capabilities: Some(capabilities()),
            data_sources: vec![get_metadata::DataSourceMetadata { type_name: NOTE.to_owned() }],
            resources: vec![get_metadata::ResourceMetadata { type_name: NOTE.to_owned() }],
            diagnostics: Vec::new(),
        })
    }

    async fn get_provider_schema(
        &self,
        _: get_provider_schema::Request,
    ) -> Result<get_provider_schema::Response, Status> {
        Ok(get_provider_schema::Response {
            provider: Some(schema::provider()),
            resource_schemas: HashMap::from([(NOTE.to_owned(), schema::note())]),
            data_source_schemas: HashMap::from([(NOTE.to_owned(), schema::lookup())]),
            server_capabilities: Some(capabilities()),
            ..Default::default()
        })
    }

    async fn get_resource_identity_schemas(
        &self,
        _: get_resource_identity_schemas::Request,
    ) -> Result<get_resource_identity_schemas::Response, Status> {
        Ok(get_resource_identity_schemas::Response::default())
    }

    async fn get_functions(&self, _: get_functions::Request) -> Result<get_functions::Response, Status> {
        Ok(get_functions::Response::default())
    }

    async fn validate_provider_config(
        &self,
        request: validate_provider_config::Request,
    ) -> Result<validate_provider_config::Response, Status> {
        let settings = read::<Settings>(request.config.as_ref())?;
        let path = settings.known().and_then(|settings| settings.path.known());
        let fault = path.filter(|path| path.is_empty()).map(|_| {
            let fault = Diagnostic::failure("The notebook has no path", "Write the path of a file.");
            fault.at(AttributePath::of("path"))
        });
        Ok(validate_provider_config::Response { diagnostics: fault.into_iter().collect() })
    }

    async fn validate_resource_config(
        &self,
        request: validate_resource_config::Request,
    ) -> Result<validate_resource_config::Response, Status> {
        known_type(&request.type_name)?;
        let config = read::<Note>(request.config.as_ref())?;
        Ok(validate_resource_config::Response {
            diagnostics: config.known().map(Note::faults).unwrap_or_default(),
        })
    }

    async fn validate_data_resource_config(
        &self,
        request: validate_data_resource_config::Request,
    ) -> Result<validate_data_resource_config::Response, Status> {
        known_type(&request.type_name)?;
        read::<Lookup>(request.config.as_ref())?;
        Ok(validate_data_resource_config::Response::default())
    }

    async fn configure_provider(
        &self,
        request: configure_provider::Request,
    ) -> Result<configure_provider::Response, Status> {
        let settings = read::<Settings>(request.config.as_ref())?;
        let path = settings.known().and_then(|settings| settings.path.known());
        let opened = match path {
            Some(path) => Notebook::open(path).await.map(Some),
            None => Ok(None),
        };
        let (notebook, diagnostics) = match opened {
            Ok(notebook) => (notebook, Vec::new()),
            Err(error) => {
                let fault = Diagnostic::failure("The notebook cannot be used", error);
                (None, vec![fault.at(AttributePath::of("path"))])
            }
        };
        // In a debugger one process is configured by one run of Terraform after the other.
        *self.notebook.write().unwrap_or_else(PoisonError::into_inner) = notebook.map(Arc::new);
        tracing::info!(terraform = request.terraform_version, "configured");
        Ok(configure_provider::Response { diagnostics })
    }

    async fn upgrade_resource_state(
        &self,
        request: upgrade_resource_state::Request,
    ) -> Result<upgrade_resource_state::Response, Status> {
        known_type(&request.type_name)?;
        let state =
            request.raw_state.ok_or_else(|| Status::invalid_argument("there is no state to upgrade"))?;
        let (upgraded_state, diagnostics) = match note::upgrade(request.version, &state) {
            Ok(note) => (write(&Value::Known(note))?, Vec::new()),
            Err(fault) => (None, vec![fault]),
        };
        Ok(upgrade_resource_state::Response { upgraded_state, diagnostics })
    }

    async fn read_resource(
        &self,
        request: read_resource::Request,
    ) -> Result<read_resource::Response, Status> {
        known_type(&request.type_name)?;
        let state = read::<Note>(request.current_state.as_ref())?;
        let found = match self.notebook() {
            Ok(notebook) => note::read(&notebook, &state).await.map_err(not_read),
            Err(fault) => Err(fault),
        };
        let private = request.private;
        Ok(match found {
            Ok(note) => {
                read_resource::Response { new_state: write(&note)?, private, diagnostics: Vec::new() }
            }
            Err(fault) => read_resource::Response {
                new_state: request.current_state,
                private,
                diagnostics: vec![fault],
            },
        })
    }

    async fn plan_resource_change(
        &self,
        request: plan_resource_change::Request,
    ) -> Result<plan_resource_change::Response, Status> {
        known_type(&request.type_name)?;
        let prior = read::<Note>(request.prior_state.as_ref())?;
        let proposed = read::<Note>(request.proposed_new_state.as_ref())?;
        let plan = note::plan(&prior, proposed);
        Ok(plan_resource_change::Response {
            planned_state: write(&plan.planned)?,
            requires_replace: plan.replace,
            planned_private: request.prior_private,
            diagnostics: Vec::new(),
        })
    }

    async fn apply_resource_change(
        &self,
        request: apply_resource_change::Request,
    ) -> Result<apply_resource_change::Response, Status> {
        known_type(&request.type_name)?;
        let prior = read::<Note>(request.prior_state.as_ref())?;
        let planned = read::<Note>(request.planned_state.as_ref())?;
        let applied = match self.notebook() {
            Ok(notebook) => note::apply(&notebook, &prior, &planned).await.map_err(not_changed),
            Err(fault) => Err(fault),
        };
        let private = request.planned_private;
        Ok(match applied {
            Ok(note) => {
                apply_resource_change::Response { new_state: write(&note)?, private, diagnostics: Vec::new() }
            }
            // Nothing was changed: what there is is what there was.
            Err(fault) => apply_resource_change::Response {
                new_state: request.prior_state,
                private,
                diagnostics: vec![fault],
            },
        })
    }

    async fn import_resource_state(
        &self,
        request: import_resource_state::Request,
    ) -> Result<import_resource_state::Response, Status> {
        known_type(&request.type_name)?;
        let found = match self.notebook() {
            Ok(notebook) => note::find(&notebook, &request.id).await.map_err(not_read),
            Err(fault) => Err(fault),
        };
        let fault = match found {
            Ok(Some(note)) => {
                let state = write(&Value::Known(note))?;
                let imported = ImportedResource { type_name: request.type_name, state, private: Vec::new() };
                return Ok(import_resource_state::Response {
                    imported_resources: vec![imported],
                    diagnostics: Vec::new(),
                });
            }
            Ok(None) => {
                let detail = format!("No note has the id or the title `{}`.", request.id);
                Diagnostic::failure("There is no such note", detail)
            }
            Err(fault) => fault,
        };
        Ok(import_resource_state::Response { imported_resources: Vec::new(), diagnostics: vec![fault] })
    }

    async fn read_data_source(
        &self,
        request: read_data_source::Request,
    ) -> Result<read_data_source::Response, Status> {
        known_type(&request.type_name)?;
        let config = read::<Lookup>(request.config.as_ref())?;
        let found = match self.notebook() {
            Ok(notebook) => lookup::read(&notebook, &config).await,
            Err(fault) => Err(fault),
        };
        Ok(match found {
            Ok(note) => {
                read_data_source::Response { state: write(&Value::Known(note))?, diagnostics: Vec::new() }
            }
            Err(fault) => read_data_source::Response { state: None, diagnostics: vec![fault] },
        })
    }

    async fn stop_provider(&self, _: stop_provider::Request) -> Result<stop_provider::Response, Status> {
        if let Some(notebook) = self.current() {
            notebook.stop();
        }
        Ok(stop_provider::Response::default())
    }
}

const fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: false,
        generate_resource_config: false,
    }
}

/// A host asks for what the schema names.
fn known_type(name: &str) -> Result<(), Status> {
    match name {
        NOTE => Ok(()),
        other => Err(Status::invalid_argument(format!("there is no type `{other}`; there is one: {NOTE}"))),
    }
}

fn not_read(error: NotebookError) -> Diagnostic {
    Diagnostic::failure("The notebook cannot be read", error)
}

fn not_changed(error: NotebookError) -> Diagnostic {
    let fault = Diagnostic::failure("The notebook was not changed", &error);
    match error {
        NotebookError::TitleTaken { .. } => fault.at(AttributePath::of("title")),
        _ => fault,
    }
}

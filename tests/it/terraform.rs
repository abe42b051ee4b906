//! The provider of `examples/terraform-provider`, opposite Terraform or OpenTofu, and opposite a host of ours that plays it.

mod attached;
mod interrupted;
mod life;
mod mistakes;
mod notebook;
mod played;
mod readme;
mod tool;

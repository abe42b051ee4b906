terraform {
  required_providers {
    notebook = { source = "example.com/demo/notebook" }
  }
}

provider "notebook" {
  path = "notes.json"
}

resource "notebook_note" "milk" {
  title = "milk"
  text  = "buy two bottles"
  tags  = ["shop"]
}

# What the notebook calls the other one is known only when that is there.
resource "notebook_note" "reminder" {
  title = "reminder"
  text  = "see ${notebook_note.milk.id}"
}

data "notebook_note" "found" {
  title      = "reminder"
  depends_on = [notebook_note.reminder]
}

output "found" {
  value = data.notebook_note.found.text
}

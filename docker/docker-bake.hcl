// Every image: docker buildx bake --file docker/docker-bake.hcl [users]
// Pipelines set REGISTRY, TAG and BASE, and add --push.

variable "REGISTRY" { default = "" }
// The first part of the repositories' names.
variable "NAMESPACE" { default = "tributary" }
variable "TAG" { default = "latest" }
variable "BASE" { default = "node:24-bookworm-slim" }
variable "PLATFORMS" { default = "" }
// SBOM and provenance need a builder that can attach them; the engine's own cannot.
variable "ATTEST" { default = "" }

group "default" {
  targets = ["service"]
}

target "service" {
  name       = service
  matrix     = { service = ["users", "products", "payments", "sandbox-provider", "registry", "gateway"] }
  context    = "."
  dockerfile = "docker/service.Dockerfile"
  target     = "service"
  tags       = ["${REGISTRY}${NAMESPACE}/${service}:${TAG}"]
  args = {
    SERVICE      = service
    BASE         = BASE
    NODE_OPTIONS = service == "gateway" ? "--max-semi-space-size=32" : ""
  }
  platforms = PLATFORMS == "" ? [] : split(",", PLATFORMS)
  attest    = ATTEST == "" ? [] : ["type=sbom", "type=provenance,mode=max"]
  labels = {
    "org.opencontainers.image.revision" = TAG
    "org.opencontainers.image.licenses" = "MIT"
  }
}

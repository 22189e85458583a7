// goyaml: YAML read as Kubernetes and Istio read it, for our reader to be held against.
module signet.dev/tests/tools/goyaml

go 1.26.0

require sigs.k8s.io/yaml v1.6.0

require go.yaml.in/yaml/v2 v2.4.4 // indirect

tool signet.dev/tests/tools/goyaml

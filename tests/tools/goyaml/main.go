// goyaml reads YAML with the reader of Kubernetes and Istio. Standard input is a JSON map from a case's
// name to its text; standard output is one from each name to what becomes of the text:
//
//	{"json": VALUE}     the JSON that it is turned into
//	{"error": WORDS}    what is wrong with it
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type answer struct {
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	if err := answerAll(); err != nil {
		fmt.Fprintln(os.Stderr, "goyaml:", err)
		os.Exit(1)
	}
}

func answerAll() error {
	var cases map[string]string
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		return err
	}
	answers := map[string]answer{}
	for name, text := range cases {
		if value, err := yaml.YAMLToJSON([]byte(text)); err != nil {
			answers[name] = answer{Error: err.Error()}
		} else {
			answers[name] = answer{JSON: value}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

package main

import (
	"context"
	"time"

	"rpcplugin-interop/kvtest"
)

// stepPatience is how long any one step may take.
const stepPatience = 10 * time.Second

// converse goes through the calls on the store. A later step builds on the ones
// before it, so the first that fails is the last.
func converse(store kvtest.KVClient, report *report) bool {
	steps := []struct {
		name string
		run  func(context.Context, kvtest.KVClient) error
	}{
		{"put", put("alpha", "1", true)},
		{"put-again", put("alpha", "1", false)},
		{"put-second", put("beta", "2", true)},
		{"get", get("alpha", "1")},
		{"get-missing", getMissing},
		{"list", list},
		{"put-all", putAll},
		{"watch", watch},
		{"watch-missing", watchMissing},
		{"large-value", largeValue},
	}
	for _, step := range steps {
		deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
		err := step.run(deadline, store)
		cancel()
		if !report.check(step.name, err) {
			return false
		}
	}
	return true
}

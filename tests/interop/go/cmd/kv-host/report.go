package main

import (
	"fmt"
	"os"
)

// report prints what held and what did not, and remembers whether all did.
type report struct {
	failed bool
}

// check records the outcome of one step and returns whether it held. Details
// are printed only with a step that did.
func (r *report) check(step string, err error, details ...any) bool {
	if err != nil {
		r.failed = true
		fmt.Fprintf(os.Stderr, "FAILED %s: %v\n", step, err)
		return false
	}
	fmt.Println(append([]any{"ok", step}, details...)...)
	return true
}

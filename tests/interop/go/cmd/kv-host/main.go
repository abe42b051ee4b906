// Command kv-host starts a plugin with go-plugin, holds the whole conversation
// of the interop tests with it and ends it again. It prints a line a step, and
// its exit status is 0 only if every one of them held.
package main

import (
	"fmt"
	"os"
)

func main() {
	options, err := parseOptions(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}

	report := &report{}
	run(options, report)
	if report.failed {
		os.Exit(1)
	}
}

// run is main with its deferred calls done before the exit.
func run(options *options, report *report) {
	session := newSession(options)
	if options.fault != "" {
		fail(session, report)
		return
	}
	if options.dumpLog {
		defer func() { fmt.Fprint(os.Stderr, session.log.text.String()) }()
	}
	defer session.end(report)

	store, connected := session.begin(report)
	if !connected {
		return
	}
	if options.versions != nil && !report.check("set", setOf(store, options.expectVersion)) {
		return
	}
	if options.thorough && !session.inspect(report) {
		return
	}
	if !converse(store, report) {
		return
	}
	emit(session, store, report)
	if options.thorough {
		report.check("many", many(store))
		session.listen(store, report)
	}
	session.ping(report)
}

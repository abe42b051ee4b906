package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rpcplugin-interop/kvtest"
)

const (
	// outputPatience is how long the outputs may be on their way: they travel
	// apart from the answer of the call.
	outputPatience = 5 * time.Second
	outputPause    = 5 * time.Millisecond

	emittedLog    = "a line for the log"
	emittedOutput = "a line for standard output\n"
	emittedError  = "a line for standard error\n"
)

// emit has the plugin write to its three outputs and checks that each arrives
// where this host is told to expect it.
func emit(session *session, store kvtest.KVClient, report *report) {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	_, err := store.Emit(deadline, &kvtest.EmitRequest{
		Log:            emittedLog,
		StandardOutput: emittedOutput,
		StandardError:  emittedError,
	})
	if !report.check("emit", err) {
		return
	}

	report.check("emit-log", await("the log", session.logArrived), session.options.logAs)
	if session.options.requireStdio {
		report.check("emit-stdout", await("standard output", session.outputArrived))
	}
	report.check("emit-stderr", await("standard error", session.errorArrived), session.options.stderrIn)
}

func (s *session) logArrived() bool {
	return len(s.log.find(func(entry record) bool {
		if s.options.logAs == "text" {
			return strings.Contains(entry.message(), emittedLog)
		}
		return entry.message() == emittedLog && entry.level() == "info" && entry["source"] == "emit"
	})) > 0
}

func (s *session) outputArrived() bool {
	return strings.Contains(s.standardOutput.String(), emittedOutput)
}

func (s *session) errorArrived() bool {
	if s.options.stderrIn == "sync" {
		return strings.Contains(s.standardError.String(), emittedError)
	}
	// go-plugin takes the raw pipe for more of the log, a record a line.
	return len(s.log.find(func(entry record) bool {
		return strings.Contains(entry.message(), strings.TrimSpace(emittedError))
	})) > 0
}

// await waits until something has arrived, and is an error if it does not.
func await(what string, arrived func() bool) error {
	for started := time.Now(); time.Since(started) < outputPatience; time.Sleep(outputPause) {
		if arrived() {
			return nil
		}
	}
	return fmt.Errorf("%s did not arrive within %v", what, outputPatience)
}

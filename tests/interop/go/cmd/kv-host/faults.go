package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/internal/process"
	"rpcplugin-interop/kvtest"
)

// The steps with a plugin that fails while it is called.

// shortPatience is the deadline of a call that is meant to run into it.
const shortPatience = 500 * time.Millisecond

// faults are what can be ordered, with the steps that follow.
var faults = map[string]func(*session, kvtest.KVClient, *report){
	"kill":     killed,
	"panic":    panicked,
	"exit":     exited,
	"hang":     hung,
	"pause":    paused,
	"reattach": reattached,
	"leave":    left,
}

// fail starts a plugin and has it fail.
func fail(session *session, report *report) {
	store, connected := session.begin(report)
	if !connected {
		session.end(report)
		return
	}
	faults[session.options.fault](session, store, report)
}

// killed kills the plugin in the middle of a call.
func killed(session *session, store kvtest.KVClient, report *report) {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	if !report.check("put", put("alpha", "1", true)(deadline, store)) {
		return
	}
	stream, err := store.Watch(deadline)
	if !report.check("watch", err) || !report.check("answer", ask(stream, pair("alpha", "1"))) {
		return
	}
	if !report.check("signal", session.command.Process.Signal(syscall.SIGKILL)) {
		return
	}
	_, err = stream.Recv()
	report.check("call", code(err, codes.Unavailable))
	session.gone(report, func() error { return nil })
}

func panicked(session *session, store kvtest.KVClient, report *report) {
	report.check("call", order(store, "!panic", stepPatience, codes.Unavailable))
	said := func() bool {
		return len(session.log.find(func(entry record) bool {
			// What go-plugin takes for the begin of a panic, and so for an error.
			return entry.level() == "error" && entry.message() == "panic: the store is on fire"
		})) == 1
	}
	report.check("panic", await("the text of the panic", said))
	session.gone(report, func() error { return nil })
}

func exited(session *session, store kvtest.KVClient, report *report) {
	report.check("call", order(store, "!exit", stepPatience, codes.Unavailable))
	session.gone(report, func() error { return differ(session.command.ProcessState.ExitCode(), 3) })
}

// hung has a call run into its deadline, and ends the plugin while another
// waits.
func hung(session *session, store kvtest.KVClient, report *report) {
	report.check("call", order(store, "!hang", shortPatience, codes.DeadlineExceeded))
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	report.check("put", put("alpha", "1", true)(deadline, store))
	waiting := make(chan error, 1)
	// Who is first to close the connection decides which of them it is.
	go func() { waiting <- order(store, "!hang", stepPatience, codes.Unavailable, codes.Canceled) }()
	report.check("hangs", await("the call", func() bool { return hangs(store) == "2" }))
	session.end(report)
	report.check("waiting", within(stepPatience, func() error { return <-waiting }))
}

// paused stops the plugin's process, and has it go on.
func paused(session *session, store kvtest.KVClient, report *report) {
	report.check("stop", process.Pause(session.command.Process))
	report.check("call", code(putWithin(store, shortPatience), codes.DeadlineExceeded))
	report.check("continue", session.command.Process.Signal(syscall.SIGCONT))
	report.check("put", putWithin(store, stepPatience))
	session.end(report)
}

// hangs is how many calls the plugin has been told to hang.
func hangs(store kvtest.KVClient) string {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	answer, err := store.Get(deadline, &kvtest.Key{Key: "!hangs"})
	if err != nil {
		return err.Error()
	}
	return string(answer.GetValue())
}

func putWithin(store kvtest.KVClient, patience time.Duration) error {
	deadline, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := store.Put(deadline, pair("alpha", "1"))
	return err
}

// order has the plugin do something, and is an error unless the call ends so.
func order(store kvtest.KVClient, key string, patience time.Duration, expected ...codes.Code) error {
	deadline, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := store.Get(deadline, &kvtest.Key{Key: key})
	return code(err, expected...)
}

func code(err error, expected ...codes.Code) error {
	if found := status.Code(err); !slices.Contains(expected, found) {
		return fmt.Errorf("got %v, expected %v: %v", found, expected, err)
	}
	return nil
}

// gone checks that a plugin which ended by itself is known to have.
func (s *session) gone(report *report, how func() error) {
	report.check("exited", await("the end of the plugin", s.client.Exited))
	report.check("kill", within(stepPatience, func() error {
		s.client.Kill()
		return how()
	}))
	report.check("after", within(stepPatience, s.silent))
}

// silent is an error if a plugin that is gone answers.
func (s *session) silent() error {
	protocol, err := s.client.Client()
	if err == nil && protocol.Ping() == nil {
		return errors.New("a plugin that is gone answers")
	}
	return nil
}

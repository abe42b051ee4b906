package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/kvtest"
)

// The steps in which a plugin of ours must be like one of go-plugin.

// inspect looks at what go-plugin knows of a plugin that runs.
func (s *session) inspect(report *report) bool {
	return report.check("id", differ(s.client.ID(), strconv.Itoa(s.command.Process.Pid))) &&
		report.check("running", differ(s.client.Exited(), false)) &&
		report.check("reattach-config", s.reattachable()) &&
		report.check("health", within(stepPatience, s.healthy))
}

// reattachable checks what another host would be given to find the plugin.
func (s *session) reattachable() error {
	config := s.client.ReattachConfig()
	if config == nil {
		return errors.New("there is none")
	}
	_, err := os.Stat(config.Addr.String())
	if config.Addr.Network() != "unix" {
		err = nil
	}
	return errors.Join(
		err,
		differ(config.Protocol, plugin.ProtocolGRPC),
		differ(config.Pid, s.command.Process.Pid),
		differ(config.Test, false),
	)
}

// healthy asks the health service in all its ways. The name of the server
// itself is empty.
func (s *session) healthy() error {
	protocol, err := s.client.Client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	health := healthpb.NewHealthClient(protocol.(*plugin.GRPCClient).Conn)
	list, err := health.List(ctx, &healthpb.HealthListRequest{})
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	for _, name := range []string{"", plugin.GRPCServiceName} {
		answer, err := health.Check(ctx, &healthpb.HealthCheckRequest{Service: name})
		if err != nil {
			return fmt.Errorf("check %q: %w", name, err)
		}
		watch, err := health.Watch(ctx, &healthpb.HealthCheckRequest{Service: name})
		if err != nil {
			return fmt.Errorf("watch %q: %w", name, err)
		}
		first, err := watch.Recv()
		if err != nil {
			return fmt.Errorf("watch %q: %w", name, err)
		}
		for _, answer := range []*healthpb.HealthCheckResponse{answer, first, list.GetStatuses()[name]} {
			if err := differ(answer.GetStatus(), healthpb.HealthCheckResponse_SERVING); err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
		}
	}
	_, err = health.Check(ctx, &healthpb.HealthCheckRequest{Service: "missing"})
	return differ(status.Code(err), codes.NotFound)
}

// setOf checks that the plugin serves the set of a version.
func setOf(store kvtest.KVClient, version int) error {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	answer, err := store.Get(deadline, &kvtest.Key{Key: "!version"})
	if err != nil {
		return err
	}
	return differ(string(answer.GetValue()), strconv.Itoa(version))
}

// many makes more calls at once than a connection has streams.
func many(store kvtest.KVClient) error {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	const calls = 1000
	done := make(chan error, calls)
	for call := range calls {
		go func() {
			sent := pair(strconv.Itoa(call), "many")
			_, err := store.Put(deadline, sent)
			if err == nil {
				err = get(sent.GetKey(), "many")(deadline, store)
			}
			done <- err
		}()
	}
	var failed error
	for range calls {
		if err := <-done; err != nil {
			failed = err
		}
	}
	return failed
}

// listen checks the log at its levels, and that output arrives to the byte.
func (s *session) listen(store kvtest.KVClient, report *report) {
	deadline, cancel := context.WithTimeout(context.Background(), stepPatience)
	defer cancel()
	_, err := store.Get(deadline, &kvtest.Key{Key: "!log matrix"})
	if !report.check("log", err) {
		return
	}
	for number, level := range map[float64]string{3: "info", 4: "warn", 5: "error"} {
		report.check("log-"+level, await("the record", func() bool { return s.logged(level, number) }))
	}

	text := strings.Repeat("0123456789abcde\n", 20_000)
	_, err = store.Emit(deadline, &kvtest.EmitRequest{StandardOutput: text, StandardError: text})
	if !report.check("emit-much", err) {
		return
	}
	report.check("exact-stdout", await("all of it", func() bool {
		return s.standardOutput.String() == emittedOutput+text
	}))
	report.check("exact-stderr", await("all of it", func() bool {
		return s.standardError.String() == emittedError+text
	}))
}

// logged reports whether a record has come with its level, fields and time.
func (s *session) logged(level string, number float64) bool {
	words := map[float64]string{3: "three", 4: "four", 5: "five"}
	return len(s.log.find(func(entry record) bool {
		// go-plugin gives the plugin's time as a field; of a record without one it
		// is the year 1.
		told, err := time.Parse(hclog.TimeFormat, entry.textOf("timestamp"))
		return entry.message() == level+" of matrix" && entry.level() == level &&
			entry["number"] == number && entry["word"] == words[number] &&
			err == nil && time.Since(told).Abs() < time.Hour
	})) == 1
}

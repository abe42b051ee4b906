package main

import (
	"context"
	"fmt"
	"time"

	"rpcplugin-interop/kvtest"
)

// starts starts a plugin and ends it, many times. A refusal is a result as well.
func (h *host) starts() (facts, error) {
	started, refused := 0, 0
	for round := range h.count {
		// Not in step with whoever exchanges the program.
		time.Sleep(time.Duration(round%14) * time.Millisecond)
		if _, err := h.start(); err != nil {
			refused++
		} else {
			started++
		}
		h.client.Kill()
	}
	return facts{"started": started, "refused": refused}, nil
}

// kills kills a plugin in the middle of a call, many times.
func (h *host) kills() (facts, error) {
	var slowest time.Duration
	failed, hung, restarted := 0, 0, 0
	for round := range h.count {
		if _, err := h.start(); err != nil {
			return nil, fmt.Errorf("start %d: %w", round, err)
		}
		ended, err := h.killInCall()
		switch {
		case err != nil:
			return nil, fmt.Errorf("round %d: %w", round, err)
		case ended < *patience:
			failed++
			slowest = max(slowest, ended)
		default:
			hung++
		}
		// Whether the host brings the plugin back, for whoever calls again.
		deadline, cancel := context.WithTimeout(context.Background(), time.Second)
		if _, err := h.store.Put(deadline, &kvtest.Pair{Key: "beta"}); err == nil {
			restarted++
		}
		cancel()
		h.client.Kill()
	}
	return facts{"failed": failed, "hung": hung, "restarted": restarted, "slowest": slowest.Seconds()}, nil
}

// killInCall returns how long after the kill the call ended, or more than the
// patience.
func (h *host) killInCall() (time.Duration, error) {
	stream, err := h.store.Watch(context.Background())
	if err != nil {
		return 0, err
	}
	// The first answer says that the call has reached the plugin.
	if _, err := h.store.Put(context.Background(), &kvtest.Pair{Key: "alpha"}); err != nil {
		return 0, err
	}
	if err := stream.Send(&kvtest.Key{Key: "alpha"}); err != nil {
		return 0, err
	}
	if _, err := stream.Recv(); err != nil {
		return 0, err
	}
	killed := time.Now()
	if err := h.process.Process.Kill(); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() {
		_, err := stream.Recv()
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			return 0, fmt.Errorf("a killed plugin answered")
		}
		return time.Since(killed), nil
	case <-time.After(*patience):
		return *patience, nil
	}
}

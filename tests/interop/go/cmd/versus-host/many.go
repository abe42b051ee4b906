package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	var told []time.Duration
	hung, restarted := 0, 0
	for round := range h.count {
		if _, err := h.start(); err != nil {
			return nil, fmt.Errorf("start %d: %w", round, err)
		}
		ended, err := h.killInCall()
		switch {
		case err != nil:
			return nil, fmt.Errorf("round %d: %w", round, err)
		case ended < *patience:
			told = append(told, ended)
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
	return facts{"failed": len(told), "hung": hung, "restarted": restarted, "times": summed(told)}, nil
}

// fails starts a plugin that ends at once, many times: how long it takes until
// the host says so.
func (h *host) fails() (facts, error) {
	var told []time.Duration
	for range h.count {
		started := time.Now()
		if _, err := h.start(); err == nil {
			return nil, errors.New("what ends at once has started")
		}
		told = append(told, time.Since(started))
	}
	return facts{"times": summed(told)}, nil
}

// summed is half of the times, 99 of a hundred, and the slowest, in seconds.
func summed(times []time.Duration) facts {
	slices.Sort(times)
	at := func(ofHundred int) float64 {
		if len(times) == 0 {
			return 0
		}
		return times[(len(times)-1)*ofHundred/100].Seconds()
	}
	return facts{"half": at(50), "most": at(99), "slowest": at(100)}
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

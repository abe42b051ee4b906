package main

import (
	"fmt"
	"time"
)

// within bounds a call that has no deadline of its own and would wait for a
// plugin that hangs for ever.
func within(patience time.Duration, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		return fmt.Errorf("not done after %v", patience)
	}
}

// differ is an error unless two values are the same.
func differ[T comparable](actual, expected T) error {
	if actual != expected {
		return fmt.Errorf("got %v, expected %v", actual, expected)
	}
	return nil
}

// milliseconds is the detail that tells how long something took.
func milliseconds(since time.Time) string {
	return fmt.Sprintf("elapsed_ms=%d", time.Since(since).Milliseconds())
}

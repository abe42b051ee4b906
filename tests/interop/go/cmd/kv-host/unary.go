package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rpcplugin-interop/kvtest"
)

// The steps with one request and one answer.

func put(key, value string, created bool) func(context.Context, kvtest.KVClient) error {
	return func(deadline context.Context, store kvtest.KVClient) error {
		reply, err := store.Put(deadline, pair(key, value))
		if err != nil {
			return err
		}
		return differ(reply.GetCreated(), created)
	}
}

func get(key, value string) func(context.Context, kvtest.KVClient) error {
	return func(deadline context.Context, store kvtest.KVClient) error {
		answer, err := store.Get(deadline, &kvtest.Key{Key: key})
		if err != nil {
			return err
		}
		return same(answer, pair(key, value))
	}
}

func getMissing(deadline context.Context, store kvtest.KVClient) error {
	_, err := store.Get(deadline, &kvtest.Key{Key: "missing"})
	return notFound(err, "missing")
}

// largeValue sends and receives far more than a frame or a flow control window
// holds, of bytes that are no text.
func largeValue(deadline context.Context, store kvtest.KVClient) error {
	value := make([]byte, 1<<20)
	for index := range value {
		value[index] = byte(index * 31 >> 3)
	}
	if _, err := store.Put(deadline, &kvtest.Pair{Key: "large", Value: value}); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	answer, err := store.Get(deadline, &kvtest.Key{Key: "large"})
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if !bytes.Equal(answer.GetValue(), value) {
		return fmt.Errorf("%d bytes came back that are not the %d sent", len(answer.GetValue()), len(value))
	}
	return nil
}

func pair(key, value string) *kvtest.Pair {
	return &kvtest.Pair{Key: key, Value: []byte(value)}
}

// same compares what a pair means; the messages themselves carry more.
func same(actual, expected *kvtest.Pair) error {
	if actual.GetKey() != expected.GetKey() || !bytes.Equal(actual.GetValue(), expected.GetValue()) {
		return fmt.Errorf("got %s=%q, expected %s=%q",
			actual.GetKey(), actual.GetValue(), expected.GetKey(), expected.GetValue())
	}
	return nil
}

// notFound is nil for the one error that is wanted.
func notFound(err error, key string) error {
	switch {
	case err == nil:
		return errors.New("succeeded, expected NotFound")
	case status.Code(err) != codes.NotFound:
		return fmt.Errorf("got %w, expected NotFound", err)
	case !strings.Contains(status.Convert(err).Message(), key):
		return fmt.Errorf("the message does not name %q: %w", key, err)
	}
	return nil
}

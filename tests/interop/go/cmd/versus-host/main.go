// Command versus-host is go-plugin's half of the head-to-head in
// tests/src/versus: a host that goes through the steps it is told with one
// plugin, prints a line of JSON for each, and holds everything as it is until
// its standard input ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// line is what a step came to.
type line struct {
	Step    string  `json:"step"`
	Outcome string  `json:"outcome"`
	Seconds float64 `json:"seconds"`
	Detail  string  `json:"detail"`
	Facts   facts   `json:"facts"`
}

// facts is what a step found out, by name.
type facts map[string]any

// patience is after what time a step is said to hang, for each time that it does
// what it does.
var patience = flag.Duration("patience", 20*time.Second, "after what time a step hangs")

func main() {
	steps := flag.String("do", "", "the steps, with commas between them: start, call, flood, pause, stop, kills, starts, fails")
	count := flag.Int("count", 1, "how often kills, starts and fails do what they do")
	checksum := flag.String("checksum", "", "the SHA-256 of the plugin, in hexadecimal digits")
	flag.Parse()

	host := &host{command: flag.Args(), count: *count, checksum: *checksum}
	known := map[string]func() (facts, error){
		"start":  host.start,
		"call":   host.call,
		"flood":  host.flood,
		"pause":  host.pause,
		"stop":   host.stop,
		"kills":  host.kills,
		"starts": host.starts,
		"fails":  host.fails,
	}
	for step := range strings.SplitSeq(*steps, ",") {
		run, found := known[step]
		if !found || len(host.command) == 0 {
			fmt.Fprintf(os.Stderr, "no step %q, or no plugin\n", step)
			os.Exit(2)
		}
		say(take(step, *patience*time.Duration(*count), run))
	}
	say(line{Step: "done", Outcome: "done"})
	// Whoever reads the lines looks at what is there, and ends this.
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// take runs one step, and does not wait for one that hangs.
func take(step string, limit time.Duration, run func() (facts, error)) line {
	type result struct {
		facts facts
		err   error
	}
	done := make(chan result, 1)
	started := time.Now()
	go func() {
		found, err := run()
		done <- result{found, err}
	}()
	select {
	case result := <-done:
		taken := line{Step: step, Outcome: "done", Seconds: time.Since(started).Seconds(), Facts: result.facts}
		if result.err != nil {
			taken.Outcome, taken.Detail = "failed", result.err.Error()
		}
		return taken
	case <-time.After(limit):
		return line{Step: step, Outcome: "hung", Seconds: time.Since(started).Seconds()}
	}
}

func say(taken line) {
	text, err := json.Marshal(taken)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

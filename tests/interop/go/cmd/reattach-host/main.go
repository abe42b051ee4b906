// Command reattach-host meets a plugin as a host of go-plugin does that has no
// certificate made for it: it attaches to one that runs, as
// TF_REATTACH_PROVIDERS says, or starts one with TLS of its own. It prints a
// line a step, and its exit status is 0 only if every one of them held.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	name := flag.String("attach", "", "attach to the plugin with this name")
	directory := flag.String("tls", "", "use the certificates in this directory")
	stderr := flag.Bool("stderr", false, "fail unless standard error arrives through the stdio stream")
	flag.Parse()

	if err := run(*name, *directory, *stderr, flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "FAILED %v\n", err)
		os.Exit(1)
	}
}

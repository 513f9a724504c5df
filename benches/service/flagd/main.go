// flagd's daemon, as its own main package starts it, built from the versions that go.mod names.
package main

import "github.com/open-feature/flagd/flagd/cmd"

func main() {
	cmd.Execute("0.16.0", "module proxy", "unknown")
}

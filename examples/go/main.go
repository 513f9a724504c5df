// Command example loads flags into burgee and prints what every visitor gets.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/burgee-flags/burgee-go"
)

func main() {
	flags := flag.String("flags", "../flags.json", "`file` of flags in flagd's format")
	contexts := flag.String("contexts", "../contexts.jsonl", "`file` with one {\"name\": …, \"context\": {…}} a line")
	flag.Parse()
	if err := run(context.Background(), *flags, *contexts, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, flags, contexts string, out io.Writer) error {
	e, err := burgee.New(ctx, burgee.WithFlagsFile(flags))
	if err != nil {
		return err
	}
	defer e.Close()
	visitors, err := read(contexts)
	if err != nil {
		return err
	}
	keys, err := keys(ctx, e)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "flag\tvisitor\tvalue\tvariant\treason")
	for _, key := range keys {
		for _, visitor := range visitors {
			answer := e.Evaluate(ctx, key, visitor.context)
			value := "–"
			if answer.HasValue {
				text, err := json.Marshal(answer.Value)
				if err != nil {
					return err
				}
				value = string(text)
			}
			reason := strings.TrimSpace(string(answer.Reason) + " " + string(answer.ErrorCode))
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", key, visitor.name, value, answer.Variant, reason)
		}
	}
	return table.Flush()
}

// The keys of all flags: every flag has an answer for no context.
func keys(ctx context.Context, e *burgee.Evaluator) ([]string, error) {
	all, err := e.EvaluateAll(ctx, nil)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, one := range all.Flags {
		keys = append(keys, one.Key)
	}
	return slices.Compact(keys), nil
}

// A visitor's context is prepared once and used for every flag.
type visitor struct {
	name    string
	context *burgee.Prepared
}

func read(path string) ([]visitor, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the contexts cannot be read: %w", err)
	}
	defer file.Close()
	var visitors []visitor
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		var line struct {
			Name    string
			Context burgee.Attributes
		}
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		prepared, err := burgee.Prepare(line.Context)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		visitors = append(visitors, visitor{line.Name, prepared})
	}
	return visitors, lines.Err()
}

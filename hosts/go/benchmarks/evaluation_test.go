package benchmarks

import (
	"context"
	"testing"

	"github.com/open-feature/flagd/core/pkg/evaluator"
	"github.com/open-feature/flagd/core/pkg/logger"
	"github.com/open-feature/flagd/core/pkg/store"
	"github.com/open-feature/flagd/core/pkg/sync"

	"github.com/burgee-flags/burgee-go"
)

const flags = `{
  "$evaluators": {"staff": {"ends_with": [{"var": "email"}, "@example.com"]}},
  "flags": {
    "beta": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
             "targeting": {"if": [{"ends_with": [{"var": "email"}, "@example.com"]}, "on"]}},
    "static": {"state": "ENABLED", "variants": {"on": "yes", "off": "no"}, "defaultVariant": "on"},
    "staff": {"state": "ENABLED", "variants": {"on": "yes", "off": "no"}, "defaultVariant": "off",
              "targeting": {"if": [{"$ref": "staff"}, "on"]}},
    "share": {"state": "ENABLED", "variants": {"a": "a", "b": "b", "c": "c"}, "defaultVariant": "a",
              "targeting": {"fractional": [["a", 20], ["b", 30], ["c", 50]]}},
    "version": {"state": "ENABLED", "variants": {"new": "n", "old": "o"}, "defaultVariant": "old",
                "targeting": {"if": [{"sem_ver": [{"var": "app.version"}, ">=", "3.2.0"]}, "new"]}},
    "segments": {"state": "ENABLED", "variants": {"gold": "g", "silver": "s", "none": "n"}, "defaultVariant": "none",
                 "targeting": {"if": [
                   {"and": [{"==": [{"var": "tier"}, "gold"]}, {">": [{"var": "orders"}, 20]},
                            {"in": [{"var": "country"}, ["AT", "DE", "ES", "FR", "IT"]]}]}, "gold",
                   {"or": [{"==": [{"var": "tier"}, "silver"]}, {">": [{"var": "orders"}, 5]}]}, "silver"]}}
  }
}`

var attributes = map[string]any{
	"targetingKey": "user-1021", "email": "ada@example.com", "country": "AT", "tier": "gold", "orders": 31,
	"app": map[string]any{"version": "3.4.1", "build": 1234}, "locale": "de-AT", "device": "phone", "beta": true,
}

var (
	ctx  = context.Background()
	keys = []string{"static", "staff", "share", "version", "segments"}
)

func openBurgee(tb testing.TB, options ...burgee.Option) *burgee.Evaluator {
	tb.Helper()
	e, err := burgee.New(ctx, append(options, burgee.WithFlags([]byte(flags)))...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	return e
}

func openFlagd(tb testing.TB) *evaluator.JSON {
	tb.Helper()
	// No logger is flagd's word for zap's silent one.
	silent := logger.NewLogger(nil, false)
	kept, err := store.NewStore(silent, []string{"bench"})
	if err != nil {
		tb.Fatal(err)
	}
	made := evaluator.NewJSON(silent, kept)
	if err := made.SetState(sync.DataSync{FlagData: flags, Source: "bench"}); err != nil {
		tb.Fatal(err)
	}
	return made
}

// Both give the same answers, or the figures compare different things.
func TestSameAnswers(t *testing.T) {
	e, core := openBurgee(t), openFlagd(t)
	for _, key := range keys {
		ours := e.StringDetails(ctx, key, "", burgee.Attributes(attributes))
		value, variant, reason, _, err := core.ResolveStringValue(ctx, "", key, attributes)
		if err != nil || ours.Err() != nil || ours.Value != value || ours.Variant != variant || string(ours.Reason) != reason {
			t.Errorf("%s: %+v, but flagd says %s, %s, %s, %v", key, ours, value, variant, reason, err)
		}
	}
	ours := e.BoolDetails(ctx, "beta", false, burgee.Attributes(attributes))
	value, variant, reason, _, err := core.ResolveBooleanValue(ctx, "", "beta", attributes)
	if err != nil || !value || !ours.Value || ours.Variant != variant || string(ours.Reason) != reason {
		t.Errorf("beta: %+v, but flagd says %v, %s, %s, %v", ours, value, variant, reason, err)
	}
}

type way struct {
	name string
	ask  func(key string) error
}

func ways(b *testing.B) []way {
	e, core := openBurgee(b), openFlagd(b)
	interpreted := openBurgee(b, burgee.WithInterpreter())
	prepared, err := burgee.Prepare(attributes)
	if err != nil {
		b.Fatal(err)
	}
	asking := func(e *burgee.Evaluator, in burgee.EvaluationContext) func(string) error {
		return func(key string) error {
			details := e.StringDetails(ctx, key, "", in)
			return details.Err()
		}
	}
	return []way{
		{"burgee-prepared", asking(e, prepared)},
		{"burgee-attributes", asking(e, burgee.Attributes(attributes))},
		{"burgee-interpreter", asking(interpreted, prepared)},
		{"flagd", func(key string) error {
			_, _, _, _, err := core.ResolveStringValue(ctx, "", key, attributes)
			return err
		}},
	}
}

func BenchmarkEvaluate(b *testing.B) {
	ways := ways(b)
	for _, key := range keys {
		for _, way := range ways {
			b.Run("flag="+key+"/engine="+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := way.ask(key); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// One boolean flag that reads one attribute.
func BenchmarkBoolean(b *testing.B) {
	e, core := openBurgee(b), openFlagd(b)
	prepared, err := burgee.Prepare(attributes)
	if err != nil {
		b.Fatal(err)
	}
	for _, way := range []struct {
		name string
		ask  func() bool
	}{
		{"burgee-prepared", func() bool { return e.Bool(ctx, "beta", false, prepared) }},
		{"burgee-attributes", func() bool { return e.Bool(ctx, "beta", false, burgee.Attributes(attributes)) }},
		{"flagd", func() bool {
			on, _, _, _, err := core.ResolveBooleanValue(ctx, "", "beta", attributes)
			return on && err == nil
		}},
	} {
		b.Run("engine="+way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !way.ask() {
					b.Fatal("it should be on")
				}
			}
		})
	}
}

func BenchmarkParallel(b *testing.B) {
	for _, way := range ways(b) {
		b.Run("engine="+way.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(loop *testing.PB) {
				for loop.Next() {
					if err := way.ask("segments"); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func BenchmarkAll(b *testing.B) {
	e, core := openBurgee(b), openFlagd(b)
	prepared, err := burgee.Prepare(attributes)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("engine=burgee-prepared", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.EvaluateAll(ctx, prepared); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("engine=flagd", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := core.ResolveAllValues(ctx, "", attributes); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// Each update changes something. Burgee loads the flags once and copies them into every instance of its pool.
func BenchmarkUpdate(b *testing.B) {
	documents := [2]string{flags, flags[:len(flags)-1] + ` , "other": 1, "metadata": {"edition": 2}}`}
	e, core := openBurgee(b), openFlagd(b)
	b.Run("engine=burgee", func(b *testing.B) {
		for round := 0; b.Loop(); round++ {
			if _, err := e.Update(ctx, []byte(documents[round%2])); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("engine=flagd", func(b *testing.B) {
		for round := 0; b.Loop(); round++ {
			if err := core.SetState(sync.DataSync{FlagData: documents[round%2], Source: "bench"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// From nothing to the first answer; the module is compiled already.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		e, err := burgee.New(ctx, burgee.WithFlags([]byte(flags)))
		if err != nil {
			b.Fatal(err)
		}
		e.StringDetails(ctx, "staff", "", burgee.Attributes(attributes))
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

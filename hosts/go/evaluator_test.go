package burgee

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var ctx = context.Background()

const flags = `{
  "metadata": {"team": "web"},
  "flags": {
    "static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
    "disabled": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
    "targeted": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                 "targeting": {"if": [{"ends_with": [{"var": "email"}, "@example.com"]}, "on"]},
                 "metadata": {"owner": "payments", "ticket": 4711}},
    "size": {"state": "ENABLED", "variants": {"one": 10.0, "half": 0.5, "huge": 9007199254740993}, "defaultVariant": "one",
             "targeting": {"var": ["size", null]}},
    "nested": {"state": "ENABLED", "variants": {"yes": {"a": [1, 2.5, "x"]}, "no": {}}, "defaultVariant": "no",
               "targeting": {"if": [{"in": ["b", {"var": "app.tags"}]}, "yes"]}},
    "whole": {"state": "ENABLED", "variants": {"yes": "y", "no": "n"}, "defaultVariant": "no",
              "targeting": {"if": [{"==": [{"var": [{"var": "which"}]}, "gold"]}, "yes"]}},
    "timed": {"state": "ENABLED", "variants": {"yes": "y", "no": "n"}, "defaultVariant": "no",
              "targeting": {"if": [{">": [{"var": "$flagd.timestamp"}, 1000]}, "yes"]}}
  }
}`

func open(t testing.TB, options ...Option) *Evaluator {
	t.Helper()
	e, err := New(ctx, append([]Option{WithFlags([]byte(flags)), WithPermissive(), WithPoolSize(2)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestTypedAnswers(t *testing.T) {
	e := open(t)
	ada := Attributes{"email": "ada@example.com"}
	if !e.Bool(ctx, "targeted", false, ada) || e.Bool(ctx, "targeted", true, nil) {
		t.Error("targeted should be on for ada and off for nobody")
	}
	details := e.BoolDetails(ctx, "targeted", false, ada)
	wanted := map[string]any{"team": "web", "owner": "payments", "ticket": int64(4711)}
	if details.Variant != "on" || details.Reason != TargetingMatch || details.Defaulted ||
		!reflect.DeepEqual(details.Metadata, wanted) || details.Err() != nil {
		t.Errorf("%+v", details)
	}
	if got := e.Int(ctx, "size", 1, nil); got != 10 {
		t.Errorf("10.0 reads as %d", got)
	}
	if got := e.Float(ctx, "size", 1, Attributes{"size": "half"}); got != 0.5 {
		t.Errorf("0.5 reads as %v", got)
	}
	half := e.IntDetails(ctx, "size", 7, Attributes{"size": "half"})
	if half.Value != 7 || !half.Defaulted || half.ErrorCode != TypeMismatch || !errors.Is(half.Err(), ErrTypeMismatch) {
		t.Errorf("%+v", half)
	}
	if got := e.Int(ctx, "size", 1, Attributes{"size": "huge"}); got != 9007199254740993 {
		t.Errorf("2^53 + 1 reads as %d", got)
	}
	if huge := e.FloatDetails(ctx, "size", 1, Attributes{"size": "huge"}); huge.ErrorCode != TypeMismatch {
		t.Errorf("%+v", huge)
	}
	object := e.Object(ctx, "nested", nil, Attributes{"app": map[string]any{"tags": []any{"a", "b"}}})
	if !reflect.DeepEqual(object, map[string]any{"a": []any{int64(1), 2.5, "x"}}) {
		t.Errorf("%#v", object)
	}
	if got := e.String(ctx, "static", "mine", nil); got != "mine" {
		t.Errorf("a boolean reads as the string `%s`", got)
	}
}

func TestNoValueIsNoError(t *testing.T) {
	details := open(t).BoolDetails(ctx, "disabled", true, nil)
	if !details.Value || !details.Defaulted || details.Reason != Disabled || details.Err() != nil {
		t.Errorf("%+v", details)
	}
}

func TestUnknownFlag(t *testing.T) {
	e := open(t)
	for _, key := range []string{"", "missing", strings.Repeat("k", 70_000), "日本語🎉\"quoted\""} {
		details := e.BoolDetails(ctx, key, true, Attributes{"a": 1})
		if !details.Value || details.Reason != Error || !errors.Is(details.Err(), ErrFlagNotFound) {
			t.Errorf("key of %d bytes: %+v", len(key), details)
		}
	}
	if details := e.BoolDetails(ctx, "a\xffb", true, nil); !strings.Contains(details.ErrorMessage, "byte 1") {
		t.Errorf("%+v", details)
	}
}

func TestTime(t *testing.T) {
	now := time.Unix(1000, 0)
	e := open(t, WithClock(func() time.Time { return now }))
	if got := e.String(ctx, "timed", "", nil); got != "n" {
		t.Errorf("at 1000 it is `%s`", got)
	}
	now = time.Unix(1001, 0)
	if got := e.String(ctx, "timed", "", nil); got != "y" {
		t.Errorf("at 1001 it is `%s`", got)
	}
}

func TestWholeContext(t *testing.T) {
	e := open(t)
	attributes := Attributes{"which": "tier", "tier": "gold"}
	prepared, err := Prepare(attributes)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []EvaluationContext{attributes, prepared, JSON(`{"which":"tier","tier":"gold"}`)} {
		if got := e.String(ctx, "whole", "", in); got != "y" {
			t.Errorf("%T: `%s`", in, got)
		}
	}
}

func TestNilContexts(t *testing.T) {
	e := open(t)
	var none context.Context
	for _, in := range []EvaluationContext{nil, Attributes(nil), JSON(nil), (*Prepared)(nil), Attributes{}} {
		for _, key := range []string{"targeted", "whole", "static", "timed"} {
			if answer := e.Evaluate(none, key, in); answer.Err() != nil {
				t.Errorf("%T, %s: %+v", in, key, answer)
			}
		}
		if _, err := e.EvaluateAll(ctx, in); err != nil {
			t.Error(err)
		}
	}
}

func TestClosed(t *testing.T) {
	e, err := New(ctx, WithFlags([]byte(flags)), WithPermissive(), WithPoolSize(1))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, closed := range []*Evaluator{e, nil} {
		for _, key := range []string{"static", "targeted", "missing"} {
			details := closed.BoolDetails(ctx, key, true, nil)
			if !details.Value || details.ErrorCode != NotReady || !errors.Is(details.Err(), ErrClosed) ||
				!errors.Is(details.Err(), ErrNotReady) {
				t.Errorf("%s: %+v", key, details)
			}
		}
		if _, err := closed.Update(ctx, []byte(flags)); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if _, err := closed.EvaluateAll(ctx, nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := closed.Close(); err != nil {
			t.Error(err)
		}
		closed.Stats()
	}
}

func TestCancelled(t *testing.T) {
	e := open(t)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if details := e.BoolDetails(cancelled, "targeted", true, nil); !details.Value || !errors.Is(details.Err(), context.Canceled) {
		t.Errorf("%+v", details)
	}
	if _, err := e.Update(cancelled, []byte(`{"flags":{}}`)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !e.Bool(ctx, "static", false, nil) {
		t.Error("the flags should still be there")
	}
	if _, err := New(cancelled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// One who waits for a place stops waiting.
	g := e.current.Load()
	for range g.places {
		if _, err := g.take(ctx); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	if details := e.BoolDetails(short, "targeted", true, nil); !errors.Is(details.Err(), context.DeadlineExceeded) {
		t.Errorf("%+v", details)
	}
	for place := range g.places {
		g.release(&g.places[place])
	}
}

func TestUpdate(t *testing.T) {
	e := open(t)
	report, err := e.Update(ctx, []byte(strings.Replace(flags, `"ticket": 4711`, `"ticket": 4712`, 1)))
	if err != nil || !reflect.DeepEqual(report.Changed, []string{"targeted"}) || report.Generation != 2 || report.Flags != 7 {
		t.Errorf("%+v, %v", report, err)
	}
	again, err := e.Update(ctx, []byte(strings.Replace(flags, `"ticket": 4711`, `"ticket": 4712`, 1)))
	if err != nil || len(again.Changed) != 0 || again.Generation != 2 || again.Flags != 7 {
		t.Errorf("%+v, %v", again, err)
	}
	for _, broken := range []string{"", "{", "[]", `{"flags": 1}`, "\xff", `{}`} {
		_, err := e.Update(ctx, []byte(broken))
		var refused *UpdateError
		if !errors.As(err, &refused) || !errors.Is(err, ErrRefused) || len(refused.Findings) == 0 ||
			refused.Findings[0].Line < 1 || !strings.Contains(err.Error(), "line") {
			t.Errorf("`%s`: %v", broken, err)
		}
	}
	if details := e.BoolDetails(ctx, "targeted", false, nil); details.Metadata["ticket"] != int64(4712) {
		t.Errorf("%+v", details)
	}
	if report, err = e.Update(ctx, []byte(flags)); err != nil || !reflect.DeepEqual(report.Changed, []string{"targeted"}) {
		t.Errorf("after refused ones: %+v, %v", report, err)
	}
	if stats := e.Stats(); stats.Updates != 4 || stats.FailedUpdates != 6 || stats.Generation != 3 || stats.Traps != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestStrictRefusesAndNewSaysWhy(t *testing.T) {
	document := `{"flags": {"a": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"}}}`
	_, err := New(ctx, WithFlags([]byte(document)))
	var refused *UpdateError
	if !errors.As(err, &refused) || refused.Findings[0].Flag != "a" || refused.Findings[0].Path == "" {
		t.Errorf("%v", err)
	}
	e, err := New(ctx, WithFlags([]byte(document)), WithPermissive())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if details := e.BoolDetails(ctx, "a", true, nil); details.ErrorCode != General || !details.Value {
		t.Errorf("%+v", details)
	}
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	if _, err := New(ctx, WithFlagsFile(filepath.Join(folder, "none.json"))); !errors.Is(err, os.ErrNotExist) ||
		!strings.Contains(err.Error(), "none.json") {
		t.Error(err)
	}
	for name, text := range map[string]string{"broken": `{"flags": {`, "empty": ""} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(ctx, WithFlagsFile(path)); !errors.Is(err, ErrRefused) {
			t.Error(err)
		}
	}
	path := filepath.Join(folder, "good")
	if err := os.WriteFile(path, []byte(flags), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := New(ctx, WithFlagsFile(path))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if !e.Bool(ctx, "static", false, nil) {
		t.Error("static should be on")
	}
}

func TestHugeDocumentIsRefused(t *testing.T) {
	e := open(t, WithMemoryLimit(32<<20))
	huge := []byte(flags + strings.Repeat(" ", 100<<20))
	if _, err := e.Update(ctx, huge); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "104857600") {
		t.Errorf("%v", err)
	}
	path := filepath.Join(t.TempDir(), "huge")
	if err := errors.Join(os.WriteFile(path, []byte(flags), 0o600), os.Truncate(path, 200<<20)); err != nil {
		t.Fatal(err)
	}
	// The size of a device says nothing.
	for path, size := range map[string]string{path: "209715200", "/dev/zero": "104857601"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if _, err := New(ctx, WithFlagsFile(path)); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), path) ||
			!strings.Contains(err.Error(), size) {
			t.Error(err)
		}
	}
	if !e.Bool(ctx, "targeted", false, Attributes{"email": "ada@example.com"}) {
		t.Error("the flags should still be there")
	}
	// One that fits the limit of the engine and not that of the memory.
	if _, err := e.Update(ctx, huge[:90<<20]); err == nil {
		t.Error("a document of 90 MiB fits 32 MiB")
	}
	if report, err := e.Update(ctx, []byte(`{"flags":{}}`)); err != nil || len(report.Removed) != 7 {
		t.Errorf("%+v, %v", report, err)
	}
}

// What grew for a large document is given back when a small one is in force again.
func TestMemoryAfterALargeDocument(t *testing.T) {
	e := open(t, WithPoolSize(1))
	large := []byte(flags + strings.Repeat(" ", 70<<20))
	for _, document := range [][]byte{large, append(large[:len(large):len(large)], 'x'), []byte(flags), []byte(`{"flags":{}}`), []byte(flags)} {
		_, err := e.Update(ctx, document)
		if refused := document[len(document)-1] == 'x'; refused != (err != nil) {
			t.Fatal(err)
		}
	}
	if held := e.Stats().MemoryBytes; held > 3<<20 {
		t.Errorf("%d bytes are held", held)
	}
}

func TestLeastMemory(t *testing.T) {
	e := open(t, WithMemoryLimit(leastMemoryLimit))
	if !e.Bool(ctx, "targeted", false, Attributes{"email": "ada@example.com"}) {
		t.Error("a small flag set should fit")
	}
	g := e.current.Load()
	t.Logf("an instance with a small flag set takes %d KiB", g.places[0].instance.memory.Size()>>10)
}

func TestOptions(t *testing.T) {
	for _, option := range []Option{
		WithPoolSize(0), WithPoolSize(2000), WithMemoryLimit(1), WithMemoryLimit(5 << 30), WithCacheDir(""), WithClock(nil),
	} {
		if _, err := New(ctx, option); !errors.Is(err, ErrOption) {
			t.Error(err)
		}
	}
	folder := t.TempDir()
	for range 2 {
		e := open(t, nil, WithCacheDir(folder))
		if !e.Bool(ctx, "static", false, nil) {
			t.Error("static should be on")
		}
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) == 0 {
		t.Errorf("the cache is empty: %v", err)
	}
	e := open(t, WithInterpreter())
	if !e.Bool(ctx, "targeted", false, Attributes{"email": "ada@example.com"}) {
		t.Error("the interpreter should answer like the compiler")
	}
}

func TestNoFlags(t *testing.T) {
	e, err := New(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if details := e.BoolDetails(ctx, "any", true, nil); !details.Value || details.ErrorCode != FlagNotFound {
		t.Errorf("%+v", details)
	}
	if all, err := e.EvaluateAll(ctx, nil); err != nil || len(all.Flags) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAnotherModuleIsRefused(t *testing.T) {
	other := append([]byte(nil), moduleBytes...)
	other[len(other)-1] ^= 1
	if err := checkModule(other); !errors.Is(err, ErrModule) {
		t.Error(err)
	}
	if err := checkModule(moduleBytes); err != nil {
		t.Error(err)
	}
	kept := moduleCheck
	defer func() { moduleCheck = kept }()
	moduleCheck = func() error { return checkModule(other) }
	if e, err := New(ctx, WithFlags([]byte(flags))); e != nil || !errors.Is(err, ErrModule) || !strings.Contains(err.Error(), moduleSHA256) {
		t.Error(err)
	}
}

package openfeature

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/burgee-flags/burgee-go"
	sdk "github.com/open-feature/go-sdk/openfeature"
	"go.uber.org/goleak"
)

var ctx = context.Background()

const interval = 5 * time.Millisecond

func flags(on string) string {
	return fmt.Sprintf(`{"metadata": {"set": "web"}, "flags": {
	  "static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "%s"},
	  "targeted": {"state": "ENABLED", "variants": {"yes": "y", "no": "n"}, "defaultVariant": "no",
	               "targeting": {"if": [{"==": [{"var": "targetingKey"}, "ada"]}, "yes"]}, "metadata": {"ticket": 4711}},
	  "disabled": {"state": "DISABLED", "variants": {"on": 1}, "defaultVariant": "on"},
	  "number": {"state": "ENABLED", "variants": {"n": 10.0}, "defaultVariant": "n"},
	  "object": {"state": "ENABLED", "variants": {"o": {"a": 1}}, "defaultVariant": "o"}
	}}`, on)
}

func started(t *testing.T, source Source) *Provider {
	t.Helper()
	p := New(source, burgee.WithPoolSize(1))
	if err := p.Init(sdk.EvaluationContext{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Shutdown()
		goleak.VerifyNone(t)
	})
	return p
}

// Waits for an event; others fail the test.
func await(t *testing.T, p *Provider, kind sdk.EventType) sdk.Event {
	t.Helper()
	select {
	case event := <-p.EventChannel():
		if event.EventType != kind || event.ProviderName != Name {
			t.Fatalf("%+v instead of %s", event, kind)
		}
		return event
	case <-time.After(10 * time.Second):
		t.Fatalf("no event %s", kind)
	}
	return sdk.Event{}
}

func quiet(t *testing.T, p *Provider) {
	t.Helper()
	select {
	case event := <-p.EventChannel():
		t.Fatalf("%+v", event)
	case <-time.After(10 * interval):
	}
}

func isOn(p *Provider) bool { return p.BooleanEvaluation(ctx, "static", false, nil).Value }

func TestTypedResolution(t *testing.T) {
	p := started(t, Text(flags("on")))
	ada := sdk.FlattenedContext{"targetingKey": "ada"}
	text := p.StringEvaluation(ctx, "targeted", "mine", ada)
	if text.Value != "y" || text.Variant != "yes" || text.Reason != sdk.TargetingMatchReason || text.Error() != nil {
		t.Errorf("%+v", text)
	}
	if ticket, err := text.FlagMetadata.GetInt("ticket"); err != nil || ticket != 4711 {
		t.Errorf("%v, %v", ticket, err)
	}
	if set, err := text.FlagMetadata.GetString("set"); err != nil || set != "web" {
		t.Errorf("%v, %v", set, err)
	}
	if got := p.IntEvaluation(ctx, "number", 1, nil); got.Value != 10 || got.Reason != sdk.StaticReason {
		t.Errorf("%+v", got)
	}
	if got := p.FloatEvaluation(ctx, "number", 1, nil); got.Value != 10 {
		t.Errorf("%+v", got)
	}
	if got := p.ObjectEvaluation(ctx, "object", 5, nil); fmt.Sprint(got.Value) != "map[a:1]" {
		t.Errorf("%+v", got)
	}
	if got := p.IntEvaluation(ctx, "disabled", 7, nil); got.Value != 7 || got.Reason != sdk.DisabledReason || got.Error() != nil {
		t.Errorf("%+v", got)
	}
	for code, got := range map[sdk.ErrorCode]sdk.ProviderResolutionDetail{
		sdk.TypeMismatchCode:   p.BooleanEvaluation(ctx, "targeted", true, ada).ProviderResolutionDetail,
		sdk.FlagNotFoundCode:   p.BooleanEvaluation(ctx, "missing", true, ada).ProviderResolutionDetail,
		sdk.InvalidContextCode: p.StringEvaluation(ctx, "targeted", "", sdk.FlattenedContext{"targetingKey": func() {}}).ProviderResolutionDetail,
	} {
		if got.Reason != sdk.ErrorReason || got.ResolutionDetail().ErrorCode != code || got.ResolutionDetail().ErrorMessage == "" {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got := p.ObjectEvaluation(ctx, "missing", []string{"mine"}, nil); fmt.Sprint(got.Value) != "[mine]" {
		t.Errorf("%+v", got)
	}
}

func TestNotReady(t *testing.T) {
	p := New(Text(flags("on")))
	check := func() {
		t.Helper()
		got := p.BooleanEvaluation(ctx, "static", false, nil)
		if got.Value || got.ResolutionDetail().ErrorCode != sdk.ProviderNotReadyCode {
			t.Errorf("%+v", got)
		}
		if _, err := p.Update(ctx, []byte(flags("on"))); !errors.Is(err, burgee.ErrClosed) {
			t.Error(err)
		}
	}
	check()
	for range 2 {
		if err := p.Init(sdk.EvaluationContext{}); err != nil || !isOn(p) {
			t.Fatal(err)
		}
		p.Shutdown()
		p.Shutdown()
		check()
	}
	if err := New(nil).Init(sdk.EvaluationContext{}); err == nil {
		t.Error("a provider without a source should not start")
	}
	goleak.VerifyNone(t)
}

func TestThroughTheSDK(t *testing.T) {
	p := New(Text(flags("on")))
	if err := sdk.SetNamedProviderAndWait("burgee-test", p); err != nil {
		t.Fatal(err)
	}
	changes := make(chan []string, 1)
	callback := func(details sdk.EventDetails) { changes <- details.FlagChanges }
	client := sdk.NewClient("burgee-test")
	client.AddHandler(sdk.ProviderConfigChange, &callback)
	details, err := client.StringValueDetails(ctx, "targeted", "mine", sdk.NewEvaluationContext("ada", nil))
	if err != nil || details.Value != "y" || details.FlagMetadata["ticket"] != int64(4711) {
		t.Errorf("%+v, %v", details, err)
	}
	if _, err := p.Update(ctx, []byte(flags("off"))); err != nil {
		t.Fatal(err)
	}
	select {
	case keys := <-changes:
		if !slices.Equal(keys, []string{"static"}) {
			t.Errorf("%v", keys)
		}
	case <-time.After(10 * time.Second):
		t.Error("no event")
	}
	if client.State() != sdk.ReadyState || client.Boolean(ctx, "static", true, sdk.EvaluationContext{}) {
		t.Errorf("%s", client.State())
	}
	sdk.Shutdown()
	if p.evaluator.Load() != nil {
		t.Error("the provider should be shut down")
	}
}

// In place, so that a reader may see it empty.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Another file gets its name, so that a reader sees the old text or the new one.
func replace(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestFileIsWatched(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "flags.json")
	write(t, path, flags("on"))
	// Longer than it takes to write a file.
	p := started(t, FileEvery(path, 4*interval))
	quiet(t, p)
	changed := func(on bool) {
		t.Helper()
		if event := await(t, p, sdk.ProviderConfigChange); !slices.Equal(event.FlagChanges, []string{"static"}) {
			t.Errorf("%+v", event)
		}
		if isOn(p) != on {
			t.Errorf("on should be %v", on)
		}
	}
	write(t, path, flags("off")) // in place
	changed(false)
	replace(t, path, flags("on"))
	changed(true)
	replace(t, path, flags("on")+"\n") // the same flags in another text
	quiet(t, p)
}

// As Kubernetes does it: the file is a link through a folder that is a link.
func TestLinkIsSwapped(t *testing.T) {
	folder := t.TempDir()
	for name, on := range map[string]string{"first": "on", "second": "off"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name, "flags.json"), flags(on))
	}
	link := func(target, name string) {
		t.Helper()
		fresh := filepath.Join(folder, "fresh")
		if err := errors.Join(os.Symlink(target, fresh), os.Rename(fresh, filepath.Join(folder, name))); err != nil {
			t.Fatal(err)
		}
	}
	link("first", "data")
	link(filepath.Join("data", "flags.json"), "flags.json")
	p := started(t, FileEvery(filepath.Join(folder, "flags.json"), interval))
	if !isOn(p) {
		t.Error("it should be on")
	}
	link("second", "data")
	await(t, p, sdk.ProviderConfigChange)
	if isOn(p) {
		t.Error("it should be off")
	}
}

func TestBrokenFileKeepsTheFlags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	write(t, path, flags("on"))
	p := started(t, FileEvery(path, interval))
	replace(t, path, `{"flags": {`)
	event := await(t, p, sdk.ProviderError)
	if event.ErrorCode != sdk.ParseErrorCode || !strings.Contains(event.Message, "line 1") || !isOn(p) {
		t.Errorf("%+v", event)
	}
	quiet(t, p)
	replace(t, path, flags("on")) // what is in force
	await(t, p, sdk.ProviderReady)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if event = await(t, p, sdk.ProviderStale); !strings.Contains(event.Message, "flags.json") || !isOn(p) {
		t.Errorf("%+v", event)
	}
	quiet(t, p)
	replace(t, path, flags("off"))
	await(t, p, sdk.ProviderReady)
	await(t, p, sdk.ProviderConfigChange)
	if isOn(p) {
		t.Error("it should be off")
	}
}

// Half a file on the way from one that is refused to a good one does not make the provider forget that it is in error.
func TestHalfWrittenFileAfterABrokenOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	write(t, path, flags("on"))
	p := started(t, FileEvery(path, 20*time.Millisecond))
	write(t, path, `{"flags": {`)
	await(t, p, sdk.ProviderError)
	before := p.refused()
	write(t, path, "")
	for p.refused() == before {
		time.Sleep(time.Millisecond)
	}
	write(t, path, flags("on"))
	for event := range p.EventChannel() {
		// The empty file may have been seen twice.
		if event.EventType == sdk.ProviderReady {
			break
		}
	}
}

// Someone who truncates the file and writes it again a moment later is no error.
func TestHalfWrittenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	write(t, path, flags("on"))
	p := started(t, FileEvery(path, 500*time.Millisecond))
	text := flags("off")
	write(t, path, "")
	for p.refused() == 0 {
		time.Sleep(time.Millisecond)
	}
	write(t, path, text[:len(text)/2])
	for p.refused() == 1 {
		time.Sleep(time.Millisecond)
	}
	write(t, path, text)
	await(t, p, sdk.ProviderConfigChange)
	if isOn(p) {
		t.Error("it should be off")
	}
}

func (p *Provider) refused() uint64 { return p.evaluator.Load().Stats().FailedUpdates }

func TestFileThatComesLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	p := New(FileEvery(path, interval), burgee.WithPoolSize(1))
	err := p.Init(sdk.EvaluationContext{})
	var failed *sdk.ProviderInitError
	if !errors.As(err, &failed) || !strings.Contains(failed.Message, "flags.json") {
		t.Fatalf("%v", err)
	}
	defer goleak.VerifyNone(t)
	defer p.Shutdown()
	await(t, p, sdk.ProviderError)
	if got := p.BooleanEvaluation(ctx, "static", false, nil); got.ResolutionDetail().ErrorCode != sdk.ProviderNotReadyCode {
		t.Errorf("%+v", got)
	}
	replace(t, path, flags("on"))
	await(t, p, sdk.ProviderReady)
	if !isOn(p) {
		t.Error("it should be on")
	}
}

func TestFunction(t *testing.T) {
	var round atomic.Int64
	p := started(t, Func(func(context.Context) ([]byte, error) {
		switch round.Load() {
		case 0:
			return []byte(flags("on")), nil
		case 1:
			return nil, errors.New("no network")
		case 2:
			panic("no luck")
		}
		return []byte(flags("off")), nil
	}, interval))
	round.Store(1)
	if event := await(t, p, sdk.ProviderStale); event.Message != "no network" || !isOn(p) {
		t.Errorf("%+v", event)
	}
	round.Store(2)
	quiet(t, p)
	round.Store(3)
	await(t, p, sdk.ProviderReady)
	await(t, p, sdk.ProviderConfigChange)
	none := New(Func(nil, 0))
	defer none.Shutdown()
	if err := none.Init(sdk.EvaluationContext{}); err == nil {
		t.Error("nil is no function")
	}
}

// A function that returns when its context ends does not hold up a shutdown.
func TestShutdownEndsReading(t *testing.T) {
	reading := make(chan struct{})
	first := true
	p := New(Func(func(ctx context.Context) ([]byte, error) {
		if first {
			first = false
			return []byte(flags("on")), nil
		}
		close(reading)
		<-ctx.Done()
		return nil, ctx.Err()
	}, interval))
	if err := p.Init(sdk.EvaluationContext{}); err != nil {
		t.Fatal(err)
	}
	<-reading
	if err := p.ShutdownWithContext(ctx); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t)
}

// Without anyone to take them, events are dropped and nothing waits.
func TestNobodyTakesEvents(t *testing.T) {
	p := started(t, Text(flags("on")))
	for round := range 2*mostEvents + 1 {
		if _, err := p.Update(ctx, []byte(flags([]string{"off", "on"}[round%2]))); err != nil {
			t.Fatal(err)
		}
	}
	if isOn(p) || len(p.events) != mostEvents {
		t.Errorf("%d events", len(p.events))
	}
}

// The event names what was changed, added and removed.
func TestChangedKeys(t *testing.T) {
	p := started(t, Text(flags("on")))
	document := strings.Replace(strings.Replace(flags("on"), "4711", "4712", 1), `"number"`, `"fresh"`, 1)
	if _, err := p.Update(ctx, []byte(document)); err != nil {
		t.Fatal(err)
	}
	keys := slices.Sorted(slices.Values(await(t, p, sdk.ProviderConfigChange).FlagChanges))
	if !slices.Equal(keys, []string{"fresh", "number", "targeted"}) {
		t.Errorf("%v", keys)
	}
}

// A file over the limit is refused like a broken one. It has no bytes on the disk.
func TestHugeFileKeepsTheFlags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	write(t, path, flags("on"))
	p := started(t, FileEvery(path, interval))
	if err := os.Truncate(path, 101<<20); err != nil {
		t.Fatal(err)
	}
	event := await(t, p, sdk.ProviderError)
	if event.ErrorCode != sdk.ParseErrorCode || !strings.Contains(event.Message, "flags.json") || !strings.Contains(event.Message, "104857600") || !isOn(p) {
		t.Errorf("%+v", event)
	}
	replace(t, path, flags("off"))
	await(t, p, sdk.ProviderReady)
	await(t, p, sdk.ProviderConfigChange)
	if isOn(p) {
		t.Error("it should be off")
	}
}

// Readers while the file is replaced again and again; nothing is left of them, and each sees old or new flags.
func TestFileUnderLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.json")
	write(t, path, flags("on"))
	p := started(t, FileEvery(path, time.Millisecond))
	var working sync.WaitGroup
	limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	for range 4 {
		working.Go(func() {
			for limited.Err() == nil {
				got := p.StringEvaluation(ctx, "targeted", "mine", sdk.FlattenedContext{"targetingKey": "ada"})
				if got.Value != "y" || got.Error() != nil {
					t.Errorf("%+v", got)
					return
				}
				isOn(p)
			}
		})
	}
	for round := 0; limited.Err() == nil; round++ {
		replace(t, path, flags([]string{"on", "off"}[round%2]))
		time.Sleep(3 * time.Millisecond)
	}
	working.Wait()
	if stats := p.evaluator.Load().Stats(); stats.Updates < 2 || stats.FailedUpdates != 0 || stats.Traps != 0 {
		t.Errorf("%+v", stats)
	}
}

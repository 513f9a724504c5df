package burgee

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tetratelabs/wazero/api"
)

// An export that breaks off a number of times.
type faulty struct {
	api.Function
	times *int
	panic bool
}

func (f faulty) CallWithStack(ctx context.Context, stack []uint64) error {
	if *f.times <= 0 {
		return f.Function.CallWithStack(ctx, stack)
	}
	*f.times--
	if f.panic {
		panic("out of order")
	}
	return errors.New("unreachable")
}

func TestTrapIsTriedAgain(t *testing.T) {
	for _, panics := range []bool{false, true} {
		e := open(t, WithPoolSize(1))
		times := 1
		broken := e.current.Load().places[0].instance
		broken.calls.slots = faulty{broken.calls.slots, &times, panics}
		in := Attributes{"email": "ada@example.com"}
		details := e.BoolDetails(ctx, "targeted", false, in)
		if details.Err() != nil || !details.Value || details.Metadata["ticket"] != int64(4711) {
			t.Errorf("panics %v: %+v", panics, details)
		}
		if fresh := e.current.Load().places[0].instance; fresh == broken || fresh == nil {
			t.Error("the broken instance should be gone")
		}
		if stats := e.Stats(); stats.Traps != 1 || !errors.Is(stats.LastTrap, ErrTrap) {
			t.Errorf("%+v", stats)
		}
	}
}

// Not a broken call but a broken memory: the module itself traps, and the new instance has the flags of the last update.
func TestRealTrap(t *testing.T) {
	e := open(t, WithPoolSize(1))
	if _, err := e.Update(ctx, []byte(strings.Replace(flags, "4711", "4712", 1))); err != nil {
		t.Fatal(err)
	}
	broken := e.current.Load().places[0].instance
	memory, _ := broken.memory.Read(0, broken.memory.Size())
	for at := range memory {
		memory[at] = 0xFF
	}
	details := e.BoolDetails(ctx, "targeted", false, Attributes{"email": "ada@example.com"})
	if details.Err() != nil || !details.Value || details.Metadata["ticket"] != int64(4712) {
		t.Errorf("%+v", details)
	}
	if stats := e.Stats(); stats.Traps != 1 || !errors.Is(stats.LastTrap, ErrTrap) || !broken.module.IsClosed() {
		t.Errorf("%+v", stats)
	}
}

// A clock that panics is named, costs no instance, and concerns no flag that does not read the time.
func TestClockThatPanics(t *testing.T) {
	now, broken := time.Unix(1001, 0), true
	e := open(t, WithPoolSize(1), WithClock(func() time.Time {
		if broken {
			panic("no clock")
		}
		return now
	}))
	before := e.current.Load().places[0].instance
	for range 2 {
		details := e.StringDetails(ctx, "timed", "mine", nil)
		if details.Value != "mine" || details.ErrorCode != General || !errors.Is(details.Err(), ErrClock) ||
			!strings.Contains(details.ErrorMessage, "no clock") || details.Metadata["team"] != "web" {
			t.Errorf("%+v", details)
		}
		if _, err := e.EvaluateAll(ctx, nil); !errors.Is(err, ErrClock) {
			t.Error(err)
		}
	}
	if !e.Bool(ctx, "targeted", false, Attributes{"email": "ada@example.com"}) {
		t.Error("a flag that does not read the time should answer")
	}
	if stats := e.Stats(); stats.Traps != 0 || e.current.Load().places[0].instance != before {
		t.Errorf("%+v", stats)
	}
	broken = false
	if got := e.String(ctx, "timed", "mine", nil); got != "y" {
		t.Errorf("`%s`", got)
	}
}

func TestTrapsAgainAndAgain(t *testing.T) {
	e := open(t, WithPoolSize(1))
	g := e.current.Load()
	taken, err := g.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	err = e.use(g, taken, func(*instance) error {
		calls++
		return fmt.Errorf("%w: always", ErrTrap)
	})
	if calls != 2 || !errors.Is(err, ErrTrap) || e.Stats().Traps != 2 {
		t.Errorf("%d calls, %v, %+v", calls, err, e.Stats())
	}
	if !e.Bool(ctx, "targeted", false, Attributes{"email": "a@example.com"}) {
		t.Error("the next evaluation should work")
	}
}

func TestUpdateAfterATrapOfTheLead(t *testing.T) {
	e := open(t)
	times := 1
	e.updater.lead.calls.update = faulty{e.updater.lead.calls.update, &times, false}
	report, err := e.Update(ctx, []byte(`{"flags":{}}`))
	if err != nil || len(report.Removed) != 7 || e.Stats().Traps != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	e.updater.lead.calls.update = faulty{e.updater.lead.calls.update, new(int), true}
	*e.updater.lead.calls.update.(faulty).times = 1
	if _, err = e.Update(ctx, []byte(flags)); !errors.Is(err, ErrTrap) {
		t.Error(err)
	}
	if report, err = e.Update(ctx, []byte(flags)); err != nil || len(report.Added) != 7 {
		t.Errorf("%+v, %v", report, err)
	}
}

// A generation that cannot be made leaves the old one, and the next report is about what is in force.
func TestGenerationThatFails(t *testing.T) {
	e := open(t)
	late, cancel := context.WithCancelCause(ctx)
	gone := errors.New("gone")
	old := e.current.Load()
	_, described, err := e.load(old, []byte(`{"flags":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	cancel(gone)
	if _, err = e.generation(late, old, described, []byte(`{"flags":{}}`)); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	e.dropLead()
	if report, err := e.Update(ctx, []byte(`{"flags":{}}`)); err != nil || len(report.Removed) != 7 {
		t.Errorf("%+v, %v", report, err)
	}
}

// Readers of the old generation finish on it, an update does not wait to begin, and places that are all taken hold up
// neither.
func TestReadersFinishOnTheOldGeneration(t *testing.T) {
	e := open(t, WithPoolSize(1))
	old := e.current.Load()
	taken, err := old.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	updated := make(chan error)
	go func() {
		_, err := e.Update(ctx, []byte(strings.ReplaceAll(flags, "@example.com", "@example.org")))
		updated <- err
	}()
	waiting := make(chan bool)
	go func() { waiting <- e.Bool(ctx, "targeted", false, Attributes{"email": "a@example.org"}) }()
	// It waits for the only place of the old generation, and goes on with the new one.
	if !<-waiting {
		t.Error("one who waits should get the new flags")
	}
	answer, err := taken.instance.answer(old.table.flags["targeted"], "targeted", Attributes{"email": "a@example.com"}, e)
	if err != nil || answer.Value != true {
		t.Errorf("the old instance should answer with the old flags: %+v, %v", answer, err)
	}
	old.release(taken)
	if err := <-updated; err != nil {
		t.Error(err)
	}
}

// A reader that takes long holds up no update, keeps one instance and no more, and finishes on what it began with.
func TestUpdatesDoNotWaitForReaders(t *testing.T) {
	e := open(t)
	old := e.current.Load()
	taken, err := old.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for number := range 10 {
		if _, err := e.Update(ctx, numbered(number, 1000)); err != nil {
			t.Fatal(err)
		}
		checkNumbered(t, e, number, 10)
		if len(e.updater.ending) != 1 || len(e.updater.spare) > e.size {
			t.Fatalf("%d generations and %d instances are kept", len(e.updater.ending), len(e.updater.spare))
		}
	}
	answer, err := taken.instance.answer(old.table.flags["targeted"], "targeted", Attributes{"email": "a@example.com"}, e)
	if err != nil || answer.Value != true {
		t.Errorf("%+v, %v", answer, err)
	}
	old.release(taken)
	if _, err := e.Update(ctx, []byte(flags)); err != nil || len(e.updater.ending) != 0 || taken.instance != nil {
		t.Errorf("%d generations are kept, %v", len(e.updater.ending), err)
	}
	if len(e.updater.spare) != e.size {
		t.Errorf("%d instances are kept", len(e.updater.spare))
	}
}

// Closing waits for the readers of old generations, too.
func TestCloseWaitsForReaders(t *testing.T) {
	e, err := New(ctx, WithFlags([]byte(flags)), WithPermissive())
	if err != nil {
		t.Fatal(err)
	}
	old := e.current.Load()
	taken, err := old.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Update(ctx, []byte(`{"flags":{}}`)); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- e.Close() }()
	select {
	case err := <-closed:
		t.Fatalf("closed under a reader: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	answer, err := taken.instance.answer(old.table.flags["targeted"], "targeted", Attributes{"email": "a@example.com"}, e)
	if err != nil || answer.Value != true {
		t.Errorf("%+v, %v", answer, err)
	}
	old.release(taken)
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestWaitersAreWoken(t *testing.T) {
	e := open(t, WithPoolSize(1))
	g := e.current.Load()
	taken, err := g.take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 50 {
		readers.Go(func() {
			short, cancel := context.WithTimeout(ctx, 20*time.Second)
			defer cancel()
			if details := e.BoolDetails(short, "targeted", false, nil); details.Err() != nil {
				t.Error(details.Err())
			}
		})
	}
	for g.waiting.Load() < 50 {
		time.Sleep(time.Millisecond)
	}
	g.release(taken)
	readers.Wait()
}

// Instances go from one generation to the next but one; their number does not grow.
func TestInstancesAreUsedAgain(t *testing.T) {
	e := open(t)
	seen := map[*instance]bool{}
	for round := range 20 {
		document := strings.Replace(flags, "4711", fmt.Sprint(round), 1)
		if _, err := e.Update(ctx, []byte(document)); err != nil {
			t.Fatal(err)
		}
		for place := range e.current.Load().places {
			seen[e.current.Load().places[place].instance] = true
		}
	}
	if len(seen) > 4 {
		t.Errorf("%d instances were used", len(seen))
	}
}

func TestNothingIsAllocated(t *testing.T) {
	e := open(t)
	attributes := Attributes{"email": "ada@example.com", "plan": "gold", "n": 3.5}
	prepared, err := Prepare(attributes)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]EvaluationContext{"prepared": prepared, "attributes": attributes, "none": nil} {
		for _, key := range []string{"targeted", "static", "disabled"} {
			allocs := testing.AllocsPerRun(1000, func() {
				if details := e.BoolDetails(ctx, key, false, in); details.ErrorCode != "" {
					t.Fatal(details.Err())
				}
			})
			if allocs != 0 {
				t.Errorf("%s, %s: %v allocations", key, name, allocs)
			}
		}
	}
}

package measure

import (
	"errors"
	"testing"
	"time"
)

func TestAFigureIsTheMedianBetweenTheTenthAndTheNinetiethPercentile(t *testing.T) {
	figure := summarise([]float64{5, 1, 3, 2, 4, 6, 8, 7, 10, 9, 11})
	if figure != (Figure{6, 2, 10, 11}) {
		t.Fatalf("got %+v", figure)
	}
}

func TestEveryTaskRunsOnceARoundInAnOrderThatTurns(t *testing.T) {
	var order string
	task := func(name string, rounds int) Task {
		return Task{Rounds: rounds, Run: func(int) error { order += name; return nil }}
	}
	figures, err := Interleaved([]Task{task("a", 0), task("b", 2), task("c", 0)}, Options{Rounds: 3})
	if err != nil {
		t.Fatal(err)
	}
	if want := "abc" + "abc" + "bca" + "ca"; order != want {
		t.Errorf("ran %s, not %s", order, want)
	}
	if figures[0].Rounds != 3 || figures[1].Rounds != 2 {
		t.Errorf("got %+v", figures)
	}
}

func TestABatchTakesAsLongAsAsked(t *testing.T) {
	var longest int
	task := Task{Run: func(times int) error {
		longest = times
		time.Sleep(time.Duration(times) * 10 * time.Microsecond)
		return nil
	}}
	times, err := calibrate(task, 2*time.Millisecond)
	if err != nil || times != longest || times < 2 {
		t.Fatalf("calibrated to %d of at most %d: %v", times, longest, err)
	}
}

func TestAFailureEndsTheMeasurement(t *testing.T) {
	broken := errors.New("broken")
	_, err := Interleaved([]Task{{Run: func(int) error { return broken }}}, Options{Rounds: 1})
	if !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
}

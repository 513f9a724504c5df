// Package measure times tasks side by side: each round runs every task once, in an order that turns with the round, so
// that what disturbs the machine disturbs all of them.
package measure

import (
	"slices"
	"time"
)

// Task is something to time.
type Task struct {
	// Prepare, where there is one, runs before each timed run and is not timed.
	Prepare func() error
	// Run does the work a number of times.
	Run func(times int) error
	// Rounds limits the rounds of a slow task; 0 is no limit.
	Rounds int
}

// Options say how long to measure.
type Options struct {
	Rounds int
	// Batch is the least time of a timed run; 0 times single runs.
	Batch time.Duration
}

// Figure is a median with the 10th and 90th percentile, in nanoseconds for one run of the work.
type Figure struct {
	Median, Low, High float64
	Rounds            int
}

// Interleaved times the tasks and gives a figure for each.
func Interleaved(tasks []Task, options Options) ([]Figure, error) {
	times := make([]int, len(tasks))
	for i, task := range tasks {
		var err error
		if times[i], err = calibrate(task, options.Batch); err != nil {
			return nil, err
		}
	}
	taken := make([][]float64, len(tasks))
	for round := range options.Rounds {
		for turn := range tasks {
			i := (turn + round) % len(tasks)
			if limit := tasks[i].Rounds; limit > 0 && round >= limit {
				continue
			}
			elapsed, err := once(tasks[i], times[i])
			if err != nil {
				return nil, err
			}
			taken[i] = append(taken[i], float64(elapsed)/float64(times[i]))
		}
	}
	figures := make([]Figure, len(tasks))
	for i := range taken {
		figures[i] = summarise(taken[i])
	}
	return figures, nil
}

// Finds how many times the work must be done to fill a batch, which warms it up too.
func calibrate(task Task, batch time.Duration) (int, error) {
	for times := 1; ; {
		elapsed, err := once(task, times)
		if err != nil || elapsed >= batch {
			return times, err
		}
		// A fifth more than needed, at most a hundredfold: short runs are guessed badly.
		wanted := float64(times) * 1.2 * float64(batch) / float64(max(elapsed, 1))
		times = max(times+1, int(min(wanted, float64(times)*100)))
	}
}

func once(task Task, times int) (time.Duration, error) {
	if task.Prepare != nil {
		if err := task.Prepare(); err != nil {
			return 0, err
		}
	}
	collect()
	begin := time.Now()
	err := task.Run(times)
	return time.Since(begin), err
}

func summarise(taken []float64) Figure {
	slices.Sort(taken)
	return Figure{percentile(taken, 0.5), percentile(taken, 0.1), percentile(taken, 0.9), len(taken)}
}

// Interpolates between the two nearest of the sorted values.
func percentile(sorted []float64, part float64) float64 {
	place := part * float64(len(sorted)-1)
	below := int(place)
	if below+1 >= len(sorted) {
		return sorted[below]
	}
	return sorted[below] + (place-float64(below))*(sorted[below+1]-sorted[below])
}

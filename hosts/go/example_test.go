package burgee_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/burgee-flags/burgee-go"
)

const document = `{"flags": {"new-checkout": {
  "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
  "targeting": {"if": [{"ends_with": [{"var": "email"}, "@example.com"]}, "on"]}
}}}`

func Example() {
	ctx := context.Background()
	e, err := burgee.New(ctx, burgee.WithFlags([]byte(document)))
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()
	ada := burgee.Attributes{"email": "ada@example.com"}
	fmt.Println(e.Bool(ctx, "new-checkout", false, ada))
	details := e.BoolDetails(ctx, "old-checkout", true, ada)
	fmt.Println(details.Value, details.Reason, errors.Is(details.Err(), burgee.ErrFlagNotFound))
	// Output:
	// true
	// true ERROR true
}

func ExampleEvaluator_Update() {
	ctx := context.Background()
	e, err := burgee.New(ctx, burgee.WithFlags([]byte(document)))
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()
	_, err = e.Update(ctx, []byte(`{"flags": {"a": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"}}}`))
	var refused *burgee.UpdateError
	if errors.As(err, &refused) {
		for _, finding := range refused.Findings {
			fmt.Println(finding.Path, finding.Line, finding.Column, finding.Rule)
		}
	}
	report, err := e.Update(ctx, []byte(`{"flags": {}}`))
	fmt.Println(report.Removed, err)
	// Output:
	// /flags/a/defaultVariant 1 82 default-variant
	// [new-checkout] <nil>
}

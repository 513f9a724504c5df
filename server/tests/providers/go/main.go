// Evaluates flags through the published provider for Go: `program URL KEY`. Each line that is read is a context as JSON, and is
// answered by a line with what each flag is.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/open-feature/go-sdk-contrib/providers/ofrep"
	"github.com/open-feature/go-sdk/openfeature"
)

type short struct {
	Value     any    `json:"value"`
	Variant   string `json:"variant"`
	Reason    string `json:"reason"`
	ErrorCode string `json:"errorCode,omitempty"`
	Owner     any    `json:"owner,omitempty"`
}

// shortened takes the details with the error that says the same.
func shortened(value any, details openfeature.EvaluationDetails) short {
	return short{value, details.Variant, string(details.Reason), string(details.ErrorCode), details.FlagMetadata["owner"]}
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(url, key string) error {
	provider := ofrep.NewProvider(url, ofrep.WithApiKeyAuth(key))
	if err := openfeature.SetProviderAndWait(provider); err != nil {
		return err
	}
	client := openfeature.NewClient("test")
	ctx := context.Background()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		attributes := map[string]any{}
		if err := json.Unmarshal(lines.Bytes(), &attributes); err != nil {
			return err
		}
		user, _ := attributes["targetingKey"].(string)
		delete(attributes, "targetingKey")
		about := openfeature.NewEvaluationContext(user, attributes)
		flags := map[string]short{}
		for name, fallback := range map[string]bool{"switch": false, "disabled": true, "missing": true, "a/b": false} {
			got, _ := client.BooleanValueDetails(ctx, name, fallback, about)
			flags[name] = shortened(got.Value, got.EvaluationDetails)
		}
		text, _ := client.StringValueDetails(ctx, "text", "none", about)
		flags["text"] = shortened(text.Value, text.EvaluationDetails)
		integer, _ := client.IntValueDetails(ctx, "integer", -1, about)
		flags["integer"] = shortened(integer.Value, integer.EvaluationDetails)
		float, _ := client.FloatValueDetails(ctx, "float", -1, about)
		flags["float"] = shortened(float.Value, float.EvaluationDetails)
		object, _ := client.ObjectValueDetails(ctx, "object", map[string]any{}, about)
		flags["object"] = shortened(object.Value, object.EvaluationDetails)
		line, err := json.Marshal(flags)
		if err != nil {
			return err
		}
		fmt.Println(string(line))
	}
	return lines.Err()
}

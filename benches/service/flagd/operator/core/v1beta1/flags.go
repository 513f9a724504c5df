// Package v1beta1 stands in for the operator's API, which no module proxy serves. flagd compiles against these four
// names and uses them only where flags come from Kubernetes; here they come from a file.
package v1beta1

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion of the operator's resources.
var GroupVersion = schema.GroupVersion{Group: "core.openfeature.dev", Version: "v1beta1"}

// AddToScheme registers nothing: no resource is ever read.
func AddToScheme(*runtime.Scheme) error { return nil }

// FeatureFlag is the resource that holds flags.
type FeatureFlag struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              FeatureFlagSpec `json:"spec"`
}

// FeatureFlagSpec is what a resource says.
type FeatureFlagSpec struct {
	FlagSpec json.RawMessage `json:"flagSpec"`
}

module github.com/burgee-flags/burgee-go/openfeature

go 1.25.0

require (
	github.com/burgee-flags/burgee-go v0.0.0
	github.com/open-feature/go-sdk v1.18.0
	go.uber.org/goleak v1.3.0
)

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	go.uber.org/mock v0.6.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)

replace github.com/burgee-flags/burgee-go => ..

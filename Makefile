# Everything here only delegates; `make help` lists it.
CARGO ?= cargo
TARGET := wasm32-unknown-unknown

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run serve rows test check features wasm soak bench bench-service bench-check fuzz fuzz-check miri hosts hosts-go hosts-java run-go run-java sync clean

# Of `make fuzz`, for each target.
SECONDS ?= 60

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: the WebAssembly target
	@if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx $(TARGET); then rustup target add $(TARGET); fi

setup-tests: setup ## and what the tests of the service call: curl, jq
	@for tool in curl jq; do command -v $$tool >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq $$tool >/dev/null; } || printf 'left out: tests that call `%s`\n' $$tool; done

run: setup wasm ## evaluate examples/flags.json through the module
	@$(CARGO) run --locked --package burgee-example-wasmtime

serve: ## start the flag service with example flags; prints addresses, a log-in and three requests to paste
	@$(CARGO) run --locked --release --package burgee-cli -- serve --example

test: setup-tests check features wasm bench-check fuzz-check ## every check and every test
	$(CARGO) test --locked --workspace --all-features --no-fail-fast
	$(CARGO) run --locked --package burgee-tools -- rows
	$(MAKE) --no-print-directory hosts

rows: ## write docs/service/rows.md: which promises of the service's documents have tests, and which pass
	@mkdir -p target
	$(CARGO) test --locked --package burgee-server --package burgee-cli --no-fail-fast > target/service-tests.txt || true
	$(CARGO) run --locked --package burgee-tools -- rows target/service-tests.txt

check: ## format, lints, documentation, licences
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps --all-features
	$(CARGO) run --locked --package burgee-tools -- licences

features: ## every combination of the engine's features compiles
	$(CARGO) check --locked --package burgee
	$(CARGO) check --locked --package burgee --no-default-features
	$(CARGO) check --locked --package burgee --no-default-features --features schema
	$(CARGO) check --locked --package burgee --no-default-features --features fractional-versions
	$(CARGO) check --locked --package burgee --no-default-features --features fast
	$(CARGO) check --locked --package burgee --features serde
	$(CARGO) check --locked --package burgee --features yaml
	$(CARGO) check --locked --package burgee --all-features

wasm: setup ## build dist/burgee.wasm and its variants with the host's clock and for browsers
	$(CARGO) run --locked --package burgee-tools -- wasm

soak: setup wasm ## every figure of docs/robustness.md, with a million evaluations (a quarter of an hour)
	$(CARGO) test --locked --package burgee-conformance --test robustness -- --include-ignored --nocapture --test-threads 1

bench: ## every figure of docs/performance.md, ours and the peers' (an hour); `benches/run --help` lists parts
	benches/run

bench-service: ## every figure of docs/service/performance.md, ours and the peers' (half an hour, the first time an hour)
	benches/service/run

bench-check: ## lint the benches and test what makes scenarios and tables
	cd benches && $(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	cd benches && $(CARGO) test --locked --package burgee-bench-work --package burgee-bench-report --package burgee-bench-service

fuzz: wasm ## fuzz every target for SECONDS (60) each; nightly and cargo-fuzz are installed if they are missing
	fuzz/run $(SECONDS)

miri: ## the tests of everything that holds unsafe under Miri; nightly and Miri are installed if they are missing
	tests/miri/run

fuzz-check: ## lint the fuzz targets; the properties that they check are part of the tests
	fuzz/check

hosts: hosts-go hosts-java ## build and test the packages in hosts/ whose language is installed

hosts-go: wasm ## the Go package: build, vet, tests, example, benchmarks once
	hosts/go/run

hosts-java: wasm ## the Java packages: build, tests, example, documentation
	hosts/java/test --javadoc

run-go: wasm ## evaluate examples/flags.json through the Go package
	cd examples/go && go run -mod=readonly .

run-java: wasm ## evaluate flags through the Java packages, and through OpenFeature
	cd hosts/java && mvn -B -q -Pexample verify -DskipTests

sync: wasm ## copy the module into the packages that carry it
	hosts/sync

clean: ## remove everything that was built
	$(CARGO) clean
	rm -rf dist tools/node_modules fuzz/target

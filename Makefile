# Every target has a one-line comment; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/signet
DENY_VERSION := 0.20.2
DENY := $(CACHE)/cargo-deny-$(DENY_VERSION)/bin/cargo-deny
FUZZ_VERSION := 0.13.2
CARGO_FUZZ := $(CACHE)/cargo-fuzz-$(FUZZ_VERSION)/bin/cargo-fuzz
# Neither has much to do: how long they take to build counts more than how fast they are.
INSTALL := CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64 \
	cargo install --locked --quiet
# Workspaces beside Signet's own: what they are built of is no dependency of it.
BESIDE := tests/fuzz tests/policy-server
# The tests that cross crates; the mesh's and the corpora's have lines of their own. All are built with the same
# features, so that what they share is built once.
TESTS := $(filter-out mesh corpora_%,$(patsubst tests/tests/%.rs,%,$(wildcard tests/tests/*.rs)) \
	$(patsubst tests/tests/%/main.rs,%,$(wildcard tests/tests/*/main.rs)))
CROSSING := cargo test --package signet-tests --all-features
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
PURE := signet-certs signet-mesh signet-demo

# What crosses crates runs against built programs; the tests take their paths from here.
export SIGNET_BIN := $(TARGET)/debug/signet
export SIGNET_WEBHOOK_BIN := $(TARGET)/debug/signet-webhook
export SIGNET_WEBHOOK_IMAGE := $(TARGET)/signet-webhook.tar
export SIGNET_PANICKING_DASHBOARD := $(TARGET)/debug/examples/panics_in_the_dashboard
export SIGNET_POLICY := $(abspath wasm/policy/dist/policy.wasm)
export SIGNET_EXAMPLE_POLICY := $(TARGET)/wasm32-wasip1/release/example_policy.wasm
POLICY_SERVER := --manifest-path tests/policy-server/Cargo.toml --target-dir $(TARGET)

# Debian's names of what a node runs on, and the way to have packages of Debian.
NODE_PACKAGES := containerd runc containernetworking-plugins iptables iproute2 curl
install = echo "installing $(1)"; \
	{ apt-get install --yes --no-install-recommends $(1) || { apt-get update && apt-get install --yes --no-install-recommends $(1); }; } >/dev/null \
	|| { echo "$(1): could not be installed; install them by your system's own means and run again" >&2; exit 1; }

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# What the image holds is static, which glibc's programs are not.
MUSL := $(shell uname -m)-unknown-linux-musl

# The real mesh needs root on Linux. `make test MESH=0` says by name that it is left out.
MESH := 1
override MESH := $(filter-out 0,$(MESH))

.PHONY: demo
demo: setup-rust ## build signet and open the dashboard on the embedded mesh
	cargo build --package signet
	$(SIGNET_BIN) demo

# Whoever runs everything changes little between two runs: what each crate would keep for the next build of it costs
# more than it gives.
test test-page test-corpora: export CARGO_INCREMENTAL := 0

# Much of what crosses crates waits: for servers, and for proxies that do not answer.
.PHONY: test
test: setup check programs policy image tools test-page fuzz-briefly $(if $(MESH),setup-node) ## install what is needed and run every test; MESH=0 leaves the real mesh out
	$(CROSSING) --quiet $(TESTS:%=--test %) -- --test-threads=3
	$(if $(MESH),$(CROSSING) --quiet --test mesh -- --show-output)

.PHONY: test-page
test-page: page programs ## run the tests of the page in headless Chromium, and of the npm package
	node --test --test-reporter=spec tests/page/*.test.mjs

.PHONY: test-corpora
test-corpora: setup-rust programs page ## run the tests over the real inputs in the folder SIGNET_CORPORA
	@test -n "$${SIGNET_CORPORA:-}" || { echo "set SIGNET_CORPORA to the folder of the corpora" >&2; exit 2; }
	$(CROSSING) --quiet --test 'corpora_*'
	node --test --test-reporter=spec tests/page/corpora.mjs

.PHONY: check
check: setup lint wasm ## the quick loop: lint, unit, golden and property tests, screens; no network, no root
	cargo test --quiet --workspace

.PHONY: page
page: setup-rust setup-page policy ## build the page into wasm/www/dist, signet.html among it, and the npm package
	wasm/build

.PHONY: policy
policy: setup-rust wasm/www/node_modules ## build the policy for Kubewarden into wasm/policy/dist/policy.wasm
	@rustup target add wasm32-wasip1 2>/dev/null || rustup target add wasm32-wasip1
	wasm/policy/build

.PHONY: serve-page
serve-page: page ## serve the page on loopback (PORT=8080)
	node wasm/www/serve.mjs $(or $(PORT),8080)

.PHONY: reproduce-page
reproduce-page: page ## build the page a second time, from nothing and in another folder, and compare every byte
	wasm/reproduce

# signet as `make demo` builds it, with no more than its own features. The webhook by itself is built by `make image`,
# the pure crates without what is native by `make wasm`. Clippy links nothing, so it needs no libFuzzer.
.PHONY: lint
lint: ## format, clippy, signet by itself, documentation, dependencies, sizes of files
	cargo fmt --all --check
	for folder in $(BESIDE); do cargo fmt --manifest-path $$folder/Cargo.toml --all --check; done
	cargo clippy --quiet --workspace --all-targets --all-features -- --deny warnings
	CUSTOM_LIBFUZZER_PATH=/dev/null cargo clippy --quiet --manifest-path tests/fuzz/Cargo.toml --target-dir $(TARGET) --all-targets -- --deny warnings
	cargo check --quiet --package signet
	RUSTDOCFLAGS=--deny=warnings cargo doc --quiet --workspace --no-deps --document-private-items
	$(DENY) --offline check --hide-inclusion-graph bans licenses sources
	for folder in $(BESIDE); do $(DENY) --offline --manifest-path $$folder/Cargo.toml check --hide-inclusion-graph bans licenses sources; done
	$(MAKE) --no-print-directory sizes

.PHONY: wasm
wasm: ## check that the pure crates, and what stands on them in a browser or a policy server, build for wasm32
	cargo check --quiet --target wasm32-unknown-unknown $(addprefix --package ,$(PURE) signet-wasm signet-policy)

# Of the whole workspace, so that they share what `cargo test --workspace` has compiled.
.PHONY: programs
programs: setup-rust ## build the programs under test, and those that make the image and the playground
	cargo build --workspace --bins --examples

.PHONY: image
image: programs ## make the webhook's image (target/signet-webhook.tar), without Docker
	@command -v musl-gcc >/dev/null || { $(call install,musl-tools); }
	@rustup target add $(MUSL) 2>/dev/null || rustup target add $(MUSL)
	cargo build --release --target $(MUSL) --package signet-webhook
	$(TARGET)/debug/image $(TARGET)/$(MUSL)/release/signet-webhook $(SIGNET_WEBHOOK_IMAGE)

# In the cluster of KUBECONFIG, which has nodes of its own, nothing is needed of this machine's.
.PHONY: playground
playground: $(if $(KUBECONFIG),,setup-node) image tools ## bring a real mesh up on this machine (root on Linux), or in the cluster of KUBECONFIG (YES=1: without a question); S=NAME: another situation
	$(TARGET)/debug/playground up $(if $(S),--situation $(S)) $(if $(filter-out 0,$(YES)),--yes)

.PHONY: playground-down
playground-down: programs ## end the playground; nothing is left of it
	$(TARGET)/debug/playground down

.PHONY: tools
tools: ## build the servers and clients that cluster tests run against, pinned, where they are missing
	@tests/tools/build

# The webhook's allocator is set as the chart sets it.
.PHONY: bench
bench: setup-rust tools ## print what is fast and how fast, as ratios measured in one run
	cargo build --quiet --release --package signet-webhook
	MIMALLOC_PURGE_DELAY=0 SIGNET_WEBHOOK_RELEASE=$(TARGET)/release/signet-webhook cargo bench --package signet-tests --features cluster --benches

.PHONY: bench-policy
bench-policy: policy ## print how fast the policy is on wasmtime, and test what ends it there; builds wasmtime, once
	cargo clippy --quiet $(POLICY_SERVER) --all-targets -- --deny warnings
	cargo build --quiet $(POLICY_SERVER) --release --package example-policy --target wasm32-wasip1
	cargo test --quiet $(POLICY_SERVER) --release
	cargo bench --quiet $(POLICY_SERVER)

.PHONY: bench-page
bench-page: page ## print how fast the page is, against a peer in the same browser and against its goals
	node tests/page/bench.mjs

.PHONY: fuzz
fuzz: setup-rust $(CARGO_FUZZ) ## fuzz the target T until it fails; with CRASH=FILE, make that file smaller
	CARGO_FUZZ=$(CARGO_FUZZ) tests/fuzz/run $(if $(CRASH),--minimise) $(T) $(CRASH)

.PHONY: fuzz-briefly
fuzz-briefly: setup-rust $(CARGO_FUZZ) ## run every fuzz target on its seeds and for some seconds beyond
	@CARGO_FUZZ=$(CARGO_FUZZ) tests/fuzz/briefly

.PHONY: generate
generate: setup-rust programs ## rewrite what is generated: schema, types, examples, tables of the README, picture
	SIGNET_BLESS=1 $(CROSSING) --quiet --test generated

.PHONY: manifest
manifest: setup-rust ## rewrite install.yaml from the chart
	SIGNET_BLESS=1 $(CROSSING) --quiet --test chart

.PHONY: sizes
sizes: ## fail on source files of more than 400 lines above their tests
	@for file in $$(git ls-files '*.rs' '*.ts' '*.mjs' ':!wasm/signet.d.ts'); do \
		awk -v file=$$file '/^#\[cfg\(test\)\]/ {exit} {lines++} END {if (lines > 400) {print file ": " lines " lines; split it by what a user would call its parts"; exit 1}}' $$file; \
	done

.PHONY: advisories
advisories: setup ## look the dependencies up in the RustSec advisories (needs the network)
	$(DENY) check advisories

.PHONY: setup
setup: setup-rust $(DENY) ## install the tools that the tests need, pinned, where they are missing

.PHONY: setup-node
setup-node: ## install what a node runs on (containerd, runc, CNI plugins, iptables), from Debian
	@test "$$(uname -s) $$(id -u)" = "Linux 0" || { echo "a real node needs root on Linux; run as root, or leave the mesh out: make test MESH=0" >&2; exit 1; }
	@(for program in containerd runc iptables ip curl; do command -v $$program || exit 1; done; test -e /usr/lib/cni/ptp) >/dev/null \
		|| { $(call install,$(NODE_PACKAGES)); }

.PHONY: setup-rust
setup-rust: ## install the pinned Rust toolchain where it is missing
	@rustup toolchain install --no-self-update >/dev/null 2>&1 || rustup toolchain install --no-self-update
	@cargo fetch --locked --quiet
	@for folder in $(BESIDE); do cargo fetch --locked --quiet --manifest-path $$folder/Cargo.toml; done

.PHONY: setup-page
setup-page: wasm/www/node_modules tests/page/node_modules ## install what builds and tests the page: npm packages, Chromium
	@command -v chromium >/dev/null || { echo "installing Chromium (a minute, once)"; apt-get install --yes --no-install-recommends chromium || { echo "Chromium is missing; install it (Debian: apt-get install chromium) or name one in CHROMIUM" >&2; exit 1; }; }

%/node_modules: %/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing; install Node 20 or newer (https://nodejs.org)" >&2; exit 1; }
	@echo "installing the npm packages of $*"
	npm ci --silent --prefix $*
	@touch $@

$(DENY):
	@echo "building cargo-deny $(DENY_VERSION) (a minute, once)"
	$(INSTALL) cargo-deny --version $(DENY_VERSION) --root $(CACHE)/cargo-deny-$(DENY_VERSION)

$(CARGO_FUZZ):
	@echo "building cargo-fuzz $(FUZZ_VERSION) (half a minute, once)"
	$(INSTALL) cargo-fuzz --version $(FUZZ_VERSION) --root $(CACHE)/cargo-fuzz-$(FUZZ_VERSION)

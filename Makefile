# make alone prints the targets.
GO ?= go
MODULE = github.com/probatum/probatum
KIND = sigs.k8s.io/kind@v0.33.0
RESULTS = .probatum/results.json
BENCHSTAT = golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
.DEFAULT_GOAL := help

.PHONY: help all build cluster site check serve test test-code test-race test-kube test-manual short e2e axe screenshots lint docker kind kind-image kind-test soak matrix steps bench clean

help: ## print the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

all: check site ## build everything, prove content/ on the embedded cluster, write its site with the proofs

build: ## build the command: ./probatum
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o probatum ./cmd/probatum

cluster: build ## build the embedded cluster's program (minutes, once)
	./probatum cluster build

site: build ## write the site of content/ to public/, with the marks of the last check
	./probatum build -offline $$(test ! -f $(RESULTS) || echo -results $(RESULTS))

check: cluster ## prove content/ on the embedded cluster
	@mkdir -p $(dir $(RESULTS))
	./probatum check -json $(RESULTS)

serve: build ## show the site of content/ while you write
	./probatum serve

# What waits, for clusters and a browser, comes first and goes beside what computes;
# what each part says comes as a whole when it is done.
TOGETHER = $(if $(filter output-sync,$(.FEATURES)),-j 3 --output-sync=target) --no-print-directory
test: ## run all tests, on clusters, in containers and in a browser; needs Docker, chromium and npm
	$(MAKE) $(TOGETHER) kind-test e2e lint test-code test-race test-manual test-kube

# The race detector looks at the packages that start goroutines, in their code or
# in their tests. Those that only start clusters and other programs run with it
# alone. The others are slow with it: it sees their short tests, but for those of the
# command that run the built program, and all run without it.
CONCURRENT = $(shell grep -rlE --include='*.go' '^[[:space:]]*go [a-zA-Z]|[.]Go\>|t[.]Parallel\>' bench cmd doctest internal | xargs -n 1 dirname | sort -u | grep -v testdata)
SLOW = internal/cli internal/page internal/site
BUILT = ^Test(Scripts|Defects|Faults|Follow.*|Interrupt|BuildKilled|Unreadable)$$
test-code: cluster
	$(GO) test -vet=off -timeout 30m $$($(GO) list ./... | grep -vxF "$$(printf '$(MODULE)/%s\n' $(filter-out $(SLOW),$(CONCURRENT)))")

test-race: cluster
	$(GO) test -vet=off -race -timeout 30m $(addprefix ./,$(filter-out $(SLOW),$(CONCURRENT)))
	$(GO) test -vet=off -race -short -skip '$(BUILT)' -timeout 30m $(addprefix ./,$(SLOW))

test-kube:
	cd cluster/kube && CGO_ENABLED=0 $(GO) test -trimpath -vet=off ./...

test-manual: build cluster kind kind-image
	./probatum build && ./probatum check

e2e: axe ## open the sites in a browser: policy, keys, tabs, copy, accessibility; needs chromium and npm
	cd e2e && $(GO) test -trimpath -timeout 40m ./...

screenshots: ## write eight views of the site to .probatum/screenshots
	cd e2e && $(GO) test -trimpath -count=1 -run TestScreenshots ./... -screenshots $(CURDIR)/.probatum/screenshots

axe:
	@command -v npm >/dev/null || { echo "no npm here: apt-get install -y npm"; exit 1; }
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund

docker: ## start dockerd where it is installed and does not run; needs root
	@cluster/docker/up.sh

kind: ## install the kind program where probatum finds it, unless it is in PATH
	@command -v kind >/dev/null || CGO_ENABLED=0 GOBIN=$${XDG_CACHE_HOME:-$$HOME/.cache}/probatum/bin $(GO) install -trimpath $(KIND)

kind-image: docker ## build the node image for kind from Debian packages and Go modules; needs root, mmdebstrap
	@cluster/node/build.sh $(KUBERNETES)

kind-test: kind kind-image cluster ## run the tests that need containers, and prove content/ on kind; needs what kind-image needs
	PROBATUM_KIND_TEST=1 $(GO) test -trimpath -p 2 -parallel 2 -count=1 -timeout 40m -run Kind ./internal/prove ./internal/cluster ./internal/cli ./doctest

soak: kind kind-image cluster ## run all pages with pods ten times in a row, and all slowly, with delays of up to five seconds
	PROBATUM_KIND_TEST=1 PROBATUM_SOAK=10 $(GO) test -trimpath -count=1 -timeout 60m -v -run 'TestKind$$/(slow|again)' ./internal/prove

matrix: build kind kind-image cluster ## prove the worked pages on two releases of Kubernetes; needs what kind-image needs
	@cluster/node/build.sh 1.33
	./probatum check -cluster kind -kubernetes 1.33,1.34 content/worked

short: ## run the tests that need no cluster
	$(GO) test -short ./...

lint: ## gofmt, go vet, staticcheck, go mod tidy
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod tidy -diff
	for module in kube node/kube node/dns node/pod; do (cd cluster/$$module && for file in go*.mod; do $(GO) mod tidy -diff -modfile=$$file || exit 1; done) || exit 1; done
	cd e2e && $(GO) vet ./... && $(GO) run $(STATICCHECK) ./... && $(GO) mod tidy -diff

steps: ## measure the hot steps of a build beside those of the commit BASE: bench/steps.txt
	BENCHSTAT=$(BENCHSTAT) bench/steps.sh $(BASE)

bench: cluster ## print the figures
	$(GO) test -p 1 -run '^$$' -bench . -benchmem ./...
	$(GO) run ./bench

clean: ## remove what the targets made, but for the cluster's program in the user cache
	rm -rf probatum public/* .probatum

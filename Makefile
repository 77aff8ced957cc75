# echospec - the only way in: `make help` lists the targets.
# Out of tree: everything that is made stands below $(BUILD). V=1 shows the commands.
# SPDX-License-Identifier: MIT

BUILD    ?= build
CC       ?= cc
CFLAGS   ?= -O2 -g
SANITIZE ?=
V        ?= 0
N        ?= 10
PREFIX   ?= /usr/local
DESTDIR  ?=
export BUILD

VERSION := 0.1.0
modes   := select poll epoll epollet scan

# The same program wherever it is built: paths begin at this directory.
flags := -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -I. -MMD -MP -ffile-prefix-map=$(CURDIR)=. \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ifneq ($(SANITIZE),)
sanitizers := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-5s %s\n' $(1) $(2))

# A new user has nothing but make: what is built together with these waits for ci/setup.
before := $(if $(filter conform check setup,$(MAKECMDGOALS)),setup)

# --- what is built ---------------------------------------------------------------------------

ref_lib     := $(filter-out ref/echod.c ref/echoload.c,$(wildcard ref/*.c))
suite_lib   := $(filter-out suite/echospec.c,$(wildcard suite/*.c suite/report/*.c))
suite_cases := $(wildcard suite/cases/*.c)
skeleton    := fixtures/broken/skeleton.c fixtures/broken/raw.c ref/sock.c $(wildcard ref/mux*.c)

objects  = $(patsubst %.c,$(BUILD)/%.o,$(1))
broken  := $(patsubst fixtures/%.c,$(BUILD)/%,\
	$(filter-out $(skeleton),$(wildcard fixtures/broken/*.c)))
targets := $(patsubst fixtures/%.c,$(BUILD)/%,$(wildcard fixtures/targets/*.c))
published := $(patsubst fixtures/%.c,$(BUILD)/%,$(wildcard fixtures/published/*.c))
canaries := $(BUILD)/ci/canary $(BUILD)/ci/canary_suite
shim     := $(BUILD)/libechospec-faults.so
probes   := $(BUILD)/faults/probe $(BUILD)/faults/probe-static

peers    := $(addprefix $(BUILD)/peers/,libev libevent libuv)

echod    := $(BUILD)/echod
echoload := $(BUILD)/echoload
echospec := $(BUILD)/echospec
catalogue := $(BUILD)/echospec-catalogue.7
selves   := $(BUILD)/ref-self $(BUILD)/suite-self
programs := $(echod) $(echoload) $(echospec) $(selves) $(broken) $(published) $(targets) $(canaries) $(probes)

.PHONY: all
all: $(echod) $(echoload) $(echospec) $(catalogue) fixtures ## build everything but the tests

.PHONY: fixtures
fixtures: $(broken) $(published) $(targets) $(shim) ## build the broken and the published servers, the launchers and the faults

$(echod):              $(call objects,ref/echod.c $(ref_lib))
$(echoload):           $(call objects,ref/echoload.c $(ref_lib))
$(echospec):           $(call objects,suite/echospec.c $(suite_lib) $(suite_cases)) | $(shim)
$(BUILD)/ref-self:     $(call objects,$(wildcard ref/self/*.c) $(ref_lib))
$(BUILD)/suite-self:   $(call objects,$(wildcard suite/self/*.c) $(suite_lib))
$(broken) $(targets): $(BUILD)/%: $(BUILD)/fixtures/%.o $(call objects,$(skeleton))
$(published): $(BUILD)/%: $(BUILD)/fixtures/%.o $(BUILD)/ref/sock.o
$(peers): $(BUILD)/peers/%: $(BUILD)/fixtures/peers/%.o
$(canaries): %:        %.o
$(shim): $(call objects,fixtures/faults/faults.c fixtures/faults/rules.c)
$(probes): $(call objects,fixtures/faults/probe.c)

$(echospec) $(BUILD)/suite-self:       libraries := -lcriterion -ljansson -lmnl -lxml2
$(BUILD)/ref-self $(BUILD)/ci/canary_suite: libraries := -lcriterion
$(BUILD)/peers/libev:    libraries := -lev
$(BUILD)/peers/libevent: libraries := -levent
$(BUILD)/peers/libuv:    libraries := -luv

# Plain whatever SANITIZE says: a sanitizer wants to be the first library of a process.
$(BUILD)/fixtures/faults/%.o $(probes): sanitizers :=
$(BUILD)/fixtures/faults/%.o: flags += -fPIC -fvisibility=hidden
$(BUILD)/suite/report/junit.o $(BUILD)/suite/self/reports.o: flags += -I/usr/include/libxml2
$(BUILD)/faults/probe-static: private LDFLAGS += -static

$(shim):
	$(call say,LINK,$@)
	$(Q)$(CC) -shared $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(programs) $(peers):
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(sanitizers) $(LDFLAGS) -o $@ $(filter %.o,$^) $(libraries) $(LDLIBS)

$(catalogue): ci/manual suite/echospec.1 $(echospec)
	$(call say,MAN,$@)
	$(Q)ci/manual >$@

$(BUILD)/suite/report/page.o: suite/report/page.html # what .incbin takes in

$(BUILD)/%.o: %.c | $(before)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(flags) $(CPPFLAGS) $(CFLAGS) $(sanitizers) -c -o $@ $<

$(BUILD)/peers/go: fixtures/peers/go.go
	@mkdir -p $(@D)
	$(call say,GO,$@)
	$(Q)GOCACHE=$(abspath $(BUILD))/go-cache GO111MODULE=off go build -o $@ $<

.PHONY: peers
peers: $(peers) $(BUILD)/peers/go ## build the servers on other runtimes: ci/setup peers installs those

# --- what is installed -----------------------------------------------------------------------

# FILE:PLACE, the place below PREFIX; suite/tool.c finds there what echospec needs.
installed := $(echospec):bin/echospec $(echod):bin/echod $(echoload):bin/echoload \
	$(shim):lib/echospec/libechospec-faults.so \
	$(foreach script,$(wildcard fixtures/repro/*.sh),$(script):share/echospec/$(script)) \
	suite/echospec.1:share/man/man1/echospec.1 ref/echod.1:share/man/man1/echod.1 \
	ref/echoload.1:share/man/man1/echoload.1 \
	$(catalogue):share/man/man7/echospec-catalogue.7 \
	suite/completion.bash:share/bash-completion/completions/echospec \
	suite/completion.bash:share/bash-completion/completions/echod \
	suite/completion.bash:share/bash-completion/completions/echoload \
	suite/completion.zsh:share/zsh/site-functions/_echospec
own_directories := share/echospec/fixtures/repro share/echospec/fixtures share/echospec lib/echospec

.PHONY: install
install: $(foreach pair,$(installed),$(firstword $(subst :, ,$(pair)))) ## install below PREFIX (/usr/local), or DESTDIR before it
	$(Q)set -e; for pair in $(installed); do \
		file=$${pair%%:*}; mode=644; [ ! -x "$$file" ] || mode=755; \
		install -D -m $$mode "$$file" "$(DESTDIR)$(PREFIX)/$${pair#*:}"; \
	done

.PHONY: uninstall
uninstall: ## remove what make install has installed there
	$(Q)for pair in $(installed); do rm -f "$(DESTDIR)$(PREFIX)/$${pair#*:}"; done
	$(Q)for own in $(own_directories); do \
		! [ -d "$(DESTDIR)$(PREFIX)/$$own" ] || \
			rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(PREFIX)/$$own"; done

.PHONY: deb
deb: $(echod) $(echoload) $(echospec) $(shim) $(catalogue) ## a Debian package of it, in $(BUILD)
	+$(Q)MAKE='$(MAKE)' ci/deb $(VERSION)

# --- what is judged --------------------------------------------------------------------------

.PHONY: setup
setup: ## install what is missing, from the distribution
	$(Q)ci/setup

# TARGET and EXEC reach the shell by the environment, whatever they contain: $ is for the server.
override TARGET := $(value TARGET)
override EXEC := $(value EXEC)
export TARGET EXEC
.PHONY: conform
conform: $(echod) $(echospec) | setup ## judge echod in each mode; or TARGET=host:port, EXEC='./server {port}'; more by ARGS=
ifneq ($(TARGET),)
	$(Q)$(echospec) --target "$$TARGET" $(ARGS)
else ifneq ($(EXEC),)
	$(Q)$(echospec) --exec "$$EXEC" $(ARGS)
else
	$(Q)ci/conform -v $(modes) -- $(ARGS)
endif

# --- what is checked -------------------------------------------------------------------------

.PHONY: check
check: $(programs) $(shim) | setup ## everything that has to hold, section by section
	+$(Q)MAKE='$(MAKE)' ci/check self conform load socat peers matrix published launchers faults repro reports catalogue install style valgrind sanitize

.PHONY: check-self
check-self: $(selves) $(echod) $(echoload) $(echospec) ## unit tests, and the contract of the multiplexers
	$(Q)$(BUILD)/ref-self
	$(Q)$(BUILD)/suite-self

.PHONY: check-load
check-load: $(echod) $(echoload) $(broken) $(published) ## echoload: content with echod in each mode, and not with a broken server
	$(Q)ci/load $(modes)

.PHONY: check-conform
check-conform: $(echod) $(echospec) ## echod in each mode, verdicts only
	$(Q)ci/conform $(modes)

#: check-MODE    echod in one mode: select, poll, epoll, epollet, scan
.PHONY: $(modes:%=check-%)
$(modes:%=check-%): check-%: $(echod) $(echospec)
	$(Q)ci/conform $*

.PHONY: check-socat
check-socat: $(echospec) ## socat: sound in one form, and at fault in two
	$(Q)ci/conform socat socat-late socat-pipe

.PHONY: check-peers
check-peers: $(echospec) ## servers on popular runtimes: none of them is failed
	+$(Q)MAKE='$(MAKE)' ci/peers

.PHONY: matrix
matrix: $(echospec) $(broken) ## each broken server fails what its header names and nothing else; ARGS= names some
	$(Q)ci/matrix $(ARGS)

.PHONY: check-matrix
check-matrix: $(echospec) $(broken) ## each broken server fails what its header names
	$(Q)ci/matrix --named

.PHONY: published
published: $(echospec) $(published) ## what the servers that tutorials publish fail, and why: ARGS= names some
	$(Q)ci/published $(ARGS)
	$(Q)ci/published --write
	$(Q)ci/published --table

.PHONY: check-published
check-published: $(echod) $(echospec) $(published) ## the published servers fail what their headers name, and their right forms nothing
	$(Q)ci/published --fresh
	$(Q)printf '%s\n' upper stdin trace | xargs -n 1 -P 3 ci/conform
	$(Q)ci/published --named

.PHONY: check-launchers
check-launchers: $(echospec) $(targets) ## targets that cannot be judged: said at once, and why
	$(Q)ci/launchers

.PHONY: check-faults
check-faults: $(echod) $(broken) $(shim) $(probes) ## the fault shim, call by call; echod and broken servers under it
	$(Q)ci/faults

.PHONY: check-repro
check-repro: $(echod) $(echospec) $(broken) ## the scripts that stage an edge case: right with echod, wrong with a broken server
	$(Q)ci/repro

.PHONY: check-reports
check-reports: $(echod) $(echospec) $(broken) $(targets) ## JSON, JUnit, TAP and Markdown: what their readers take, also of a run that is cut short
	$(Q)ci/reports

.PHONY: check-catalogue
check-catalogue: $(echospec) ## every case is explained, every rule of diagnosis names what is there
	$(Q)ci/catalogue

.PHONY: check-browser
check-browser: $(echod) $(echospec) $(broken) ## the page of echospec report in Chromium, which ci/setup browser installs
	$(Q)ci/setup browser
	$(Q)ci/browser

.PHONY: check-install
check-install: $(echod) $(echoload) $(echospec) $(shim) $(catalogue) $(BUILD)/broken/drop-remainder ## installed, packaged, completed, as an action: it works, and its manual is true
	+$(Q)MAKE='$(MAKE)' ci/install

.PHONY: check-style
check-style: ## format, include direction, sizes, layout
	$(Q)ci/style

.PHONY: check-valgrind
check-valgrind: $(echod) $(echospec) $(selves) $(canaries) ## memcheck finds nothing but the canaries
	$(Q)ci/valgrind

.PHONY: sanitize check-sanitize
sanitize check-sanitize: ## all of it built with ASan and UBSan: unit tests, and echod in two modes
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/asan SANITIZE=address,undefined sanitized

.PHONY: sanitized
sanitized: $(selves) $(echod) $(echoload) $(echospec) $(canaries)
	$(Q)ci/sanitize select epollet

.PHONY: flake
flake: $(echod) $(echospec) ## the suite N times: a verdict that changes is an error
	$(Q)ci/flake $(N)

SECONDS ?= 600
.PHONY: fuzz
fuzz: ## hostile records for echospec report, by libFuzzer: SECONDS=600; ci/setup fuzz installs clang
	$(Q)ci/fuzz $(SECONDS)

.PHONY: clean
clean: ## remove everything that was made
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@sed -n -e 's/^\([a-z-]*\)\(: \| [a-z-]*: \).*## /make \1\t/p' -e 's/^#: \([^ ]*\) */make \1\t/p' \
		$(firstword $(MAKEFILE_LIST)) | expand -t 22

.DELETE_ON_ERROR:
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

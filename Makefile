# The commands of the project. Each is a short script, so that it can be read and run on its own.

.PHONY: run dev test bench faults fuzz audit screenshots

run: ## Build everything and serve it on 127.0.0.1:8080; DEMO=1 fills it with the example's people
	@scripts/run

dev: ## As run, and the pages are built again when they change
	@WATCH=1 scripts/run

test: ## Everything that must hold, with one line of counts at the end
	@scripts/test

bench: ## Every scenario beside its peers; writes docs/performance.md
	@scripts/bench

faults: ## Twenty random kills on both databases, stopped workers, full disks; prints what was lost
	@scripts/faults

fuzz: ## Half a minute of made-up bytes for each parser of strangers' bytes; prints what broke
	@scripts/fuzz

audit: ## Licences, sources and duplicate versions of what we depend on
	@scripts/audit

screenshots: ## Every page and state of the console as pictures, into docs/screenshots
	@scripts/screenshots

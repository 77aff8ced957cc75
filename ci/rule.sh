# rule.sh - what checks have in common: a rule, and the lines that break it
#
# To be sourced. A rule at the end of a pipe runs in a shell of its own, so that a file has to
# remember what was broken: the last command of a check is rules_hold.
# shellcheck shell=sh
# SPDX-License-Identifier: MIT

broken_rules=$(mktemp)
trap 'rm -f "$broken_rules"' EXIT
trap 'exit 130' INT TERM

# rule WORDS, the lines that break it on standard input.
rule() {
	broken=$(cat)
	if [ -z "$broken" ]; then
		echo "ok    $1"
	else
		echo "WRONG $1:"
		printf '%s\n' "$broken" | sed 's/^/        /'
		echo "$1" >>"$broken_rules"
	fi
}

# Whether none was broken.
rules_hold() {
	[ ! -s "$broken_rules" ]
}

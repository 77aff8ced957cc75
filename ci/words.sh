# words.sh - what checks have in common that make expectations of the headers of servers
#
# To be sourced.
# shellcheck shell=sh
# SPDX-License-Identifier: MIT

# words FORMAT WORD...: each of them, so formatted; none of none.
words() {
	format=$1
	shift
	# shellcheck disable=SC2059 # it is a format
	[ $# = 0 ] || printf -- "$format " "$@"
}

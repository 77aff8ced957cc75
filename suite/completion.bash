# completion.bash - completes the options of the programs, and their arguments, in bash
#
# The program itself tells what there is: --help the options, what their arguments are called, and
# the commands; --list the ids. What has no words of its own is the name of a file.
# shellcheck shell=bash
# SPDX-License-Identifier: MIT

_echospec() {
	local program=$1 word=$2 before=$3 help argument='' words='' line
	help=$("$program" --help 2>/dev/null)

	# --option=word is three words to bash.
	if [[ $word == = ]]; then
		word=''
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	line=$'\n'"  $before ([^ ]+) "
	[[ $before != -* || ! $help =~ $line ]] || argument=${BASH_REMATCH[1]}
	case $before:$argument in
	*:ID | *:GLOB) words=$("$program" --list | cut -d ' ' -f 1) ;;
	--payload:*) words='echo upper' ;;
	--mux:*) words=$(sed -n 's/.* multiplexer: \(.*\) (.*/\1/p' <<<"$help") ;;
	*:[a-z]*) words=$argument ;;
	*:?*) ;;
	*)
		[[ $COMP_CWORD != 1 ]] || words=$(sed -n 's/^  echospec \([a-z]*\) .*/\1/p' <<<"$help")
		[[ $word != -* ]] || words=$(grep -oE -- '--[a-z][a-z-]*' <<<"$help")
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _echospec echospec echod echoload

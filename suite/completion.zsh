#compdef echospec echod echoload
# completion.zsh - completes the options of the programs, and their arguments, in zsh
#
# The program itself tells what there is: --help the options, what their arguments are called, and
# the commands; --list the ids.
# SPDX-License-Identifier: MIT

# What an argument of that name may be, as _arguments wants it.
_echospec_argument() {
	case $1 in
	'') ;;
	ID | GLOB) print -r -- ":id:($ids)" ;;
	[a-z]*) print -r -- ":word:($1)" ;;
	*) print -r -- ":${1//[:=]/ }:_files" ;;
	esac
}

_echospec() {
	local program=${(Q)words[1]} line argument
	local -a help ids commands specs match

	help=(${(f)"$($program --help 2>/dev/null)"})
	ids=(${${(f)"$($program --list 2>/dev/null)"}%% *})
	for line in $help; do
		if [[ $line =~ '^  echospec ([a-z]+) ' ]]; then
			commands+=$match[1]
		elif [[ $line =~ '^  (--[a-z-]+) ?([A-Za-z:=]*) +(.*)$' ]]; then
			argument=$match[2]
			case $match[1] in
			--payload) argument='echo upper' ;;
			--mux) argument=${${match[3]#*: }% \(*} ;;
			esac
			specs+="*$match[1]${argument:+=}[${match[3]//[\[\]]/}]$(_echospec_argument $argument)"
		fi
	done
	_arguments $specs --help --version "1:command:($commands)" '*:file:_files'
}

_echospec "$@"

# port.sh - what checks have in common that start servers: a free port, and who listens
#
# To be sourced.
# shellcheck shell=sh
# SPDX-License-Identifier: MIT

# listens PORT: somebody does, asked without a connection. Those who listen come first.
listens() {
	awk -v port=":$(printf %04X "$1")\$" '
		FNR > 1 && $4 != "0A" { nextfile }
		$2 ~ port { found = 1; exit }
		END { exit !found }' /proc/net/tcp*
}

# A port outside the range that connect(2) takes from, in $port.
free_port() {
	until
		port=$((10000 + $(od -A n -N 2 -t u2 /dev/urandom) % 20000))
		! listens $port
	do :; done
}

TRIES=300 # of 0.05 s and more: what lives and does nothing is given up then

# serve COMMAND: until it listens at $port, by which {port} in it is replaced; its process is $server.
# 1 when it has ended before, or is given up.
serve() {
	tries=0
	sh -c "exec $(printf '%s' "$1" | sed "s/{port}/$port/")" >/dev/null 2>&1 &
	server=$!
	until listens "$port"; do
		tries=$((tries + 1))
		if [ $tries = $TRIES ] || ! kill -0 $server 2>/dev/null; then
			stop
			return 1
		fi
		sleep 0.05
	done
}

# stop: that process, if there is one.
stop() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null || :
	server=
}

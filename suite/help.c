/* help - what echospec says of itself, on one screen or whole
 *
 * The completion of the shells takes from the whole what options and commands there are.
 *
 * SPDX-License-Identifier: MIT
 */
#include "help.h"

#include <stdio.h>

static const char one_screen[] =
	"echospec judges the event loop of a TCP echo server, from outside.\n"
	"\n"
	"  echospec --exec 'COMMAND {port}'  a fresh server for each case, seen inside\n"
	"  echospec --target HOST:PORT       a server that runs anywhere\n"
	"\n"
	"Most needed:\n"
	"  --only GLOB, --skip GLOB   these cases, or not these; may be repeated\n"
	"  --list                     their ids, levels and requirements\n"
	"  --explain ID               what a case does, who demands it, the usual bugs\n"
	"  --repro ID                 how to stage it by hand\n"
	"  --trace                    the wire log, as it happens\n"
	"  --quiet, --verbose         less, or more, of what is found\n"
	"  --repeat N                 a case whose verdict changes is flaky\n"
	"  --known-failing FILE       cases that may fail, each with the reason\n"
	"  --json FILE                the record; also --junit, --tap, --markdown\n"
	"\n"
	"Of records:\n"
	"  echospec report RUN.json... -o FILE.html   side by side in a browser\n"
	"  echospec diff OLD.json NEW.json            what broke, and what was fixed\n"
	"\n"
	"It exits with 0 when all that a server owes is met, with 1 when it is not.\n"
	"The rest of the options, and what the verdicts mean: echospec --help\n";

static const char everything[] =
	"echospec judges the event loop of a TCP echo server, from outside.\n"
	"\n"
	"  echospec --target HOST:PORT            a server that runs anywhere\n"
	"  echospec --exec 'COMMAND {port}'       a fresh server for each case, seen inside too\n"
	"  echospec diff OLD.json NEW.json        what changed from one record to another\n"
	"  echospec report RUN.json... WHAT       records for people: -o FILE.html, runs side by\n"
	"                                         side in a browser; --badge FILE.svg;\n"
	"                                         --certificate, a line on standard output\n"
	"\n"
	"What is judged:\n"
	"  --target HOST:PORT   name, IPv4 or [IPv6] and port\n"
	"  --pid N              the process behind --target, on this host: to see more of it\n"
	"  --exec COMMAND       split into words as a shell would, run without one; {port} is\n"
	"                       replaced by the port on which it has to listen, at 127.0.0.1\n"
	"  --variant NAME=COMMAND  as --exec, may be repeated: forms of one server, one after the\n"
	"                       other; {variant} in the path of a report becomes the name\n"
	"  --payload NAME       what it answers: echo (default), or upper, the bytes it was sent in\n"
	"                       upper case\n"
	"Which cases:\n"
	"  --only GLOB          these; may be repeated\n"
	"  --skip GLOB          not these; may be repeated\n"
	"  --list               print their ids, levels and requirements, and leave\n"
	"  --explain ID         print what this case does, what is owed and by which source, the\n"
	"                       usual bugs and their repair, and leave\n"
	"  --repro ID           print the script that stages this case by hand, or the command that\n"
	"                       shows it, and leave\n"
	"How:\n"
	"  --jobs N             cases at a time with --exec (default: 4 a processor)\n"
	"  --repeat N           run each case N times; one whose verdict changes is flaky\n"
	"  --scale X            multiply every wait by X (under valgrind this happens by itself)\n"
	"  --long               take minutes where the quick run takes seconds: idle connections,\n"
	"                       zero windows, churn\n"
	"  --exhaust            allow what could hurt: thousands of connections with --target, as\n"
	"                       many processes of a server that forks for each with --exec\n"
	"  --seed N             of whatever is random in a case (default: 1)\n"
	"  --trace              the wire log of each case on standard error; one at a time\n"
	"  --quiet              print what is not as it should be, and the summary\n"
	"  --verbose            print what each case is about, and the wire log of what is not met\n"
	"  --strict             a SHOULD that is not met counts as a MUST\n"
	"  --known-failing FILE lines of an id and a reason: these cases are run and do not count,\n"
	"                       but one of them that is met counts as a failure\n"
	"  --json FILE          the record, one document, valid at every moment; - is standard\n"
	"                       output, as for the next three: the console is standard error then\n"
	"  --junit FILE         the verdicts as XML, for Jenkins, GitLab and others\n"
	"  --tap FILE           the same in the Test Anything Protocol, version 13\n"
	"  --markdown FILE      a summary for people, failures first\n"
	"  --bundle DIR         a directory for each case that is not met: its wire log, also as\n"
	"                       packets, what the target printed, its processes, and the command to\n"
	"                       see it again\n"
	"  --help, --version    -h prints what is most needed of this, on one screen\n"
	"\n"
	"Verdicts: pass; fail, a MUST not met; warn, a SHOULD not met; info, a policy; skip, not\n"
	"visible here; blocked, the target was down; unsure, the hard condition was not reached;\n"
	"error, the fault of echospec or of this machine.\n"
	"\n"
	"EXIT STATUS: 0 conforming; 1 a MUST failed (with --strict, or a SHOULD), or a known\n"
	"failure is none any more; 2 usage; 3 the target could not be reached, or went down;\n"
	"4 echospec could not do its work; 77 nothing was run; 128 + N ended by signal N.\n";

void help_print(bool whole)
{
	fputs(whole ? everything : one_screen, stdout);
}

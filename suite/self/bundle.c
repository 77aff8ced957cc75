/* bundle - tests: what a case leaves behind that is not met
 *
 * SPDX-License-Identifier: MIT
 */
#include "../report/report.h"

#include "samples.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIN 1
#define SYN 2
#define RST 4
#define ACK 16
#define URG 32

static char directory[] = "/tmp/echospec-self-XXXXXX";
static char file[128];
static struct record record = {.size = SAMPLE_COUNT, .rounds = 1};

static void prepare(void)
{
	static const bool all[SAMPLE_COUNT] = {true, true, true, true};

	cr_assert_not_null(mkdtemp(directory));
	cr_assert_eq(record_init(&record, "server {port}", all), 0);
}

static void clean(void)
{
	char command[128];

	record_finish(&record);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	cr_expect_eq(system(command), 0);
}

TestSuite(bundle, .init = prepare, .fini = clean);

/* One case fails, with that wire log; the bundle of it is written. */
static void write_bundle(const char *wire)
{
	struct message message = {.kind = MESSAGE_JUDGED,
		.row = SAMPLE_MUST,
		.verdict = VERDICT_FAIL,
		.cause = CAUSE_DATA,
		.expected = "all",
		.seen = "some"};
	json_t *run;

	record_message(&record, &message);
	message = (struct message){.kind = MESSAGE_WIRE, .row = SAMPLE_MUST};
	snprintf(message.text, sizeof(message.text), "%s", wire);
	record_message(&record, &message);
	message = (struct message){.kind = MESSAGE_END, .row = SAMPLE_MUST};
	record_message(&record, &message);
	run = json_of(&record);
	cr_assert_eq(bundle_write(directory, run), 0);
	json_decref(run);
}

static const char *path_of(const char *name)
{
	snprintf(file, sizeof(file), "%s/first-group-must-hold/%s", directory, name);
	return file;
}

static void expect_in(const char *name, const char *words)
{
	char text[4096];
	FILE *in = fopen(path_of(name), "r");
	size_t n;

	cr_assert_not_null(in, "%s", name);
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	cr_expect_not_null(strstr(text, words), "%s: %s", name, text);
}

/* A packet of the capture: what of its headers the tests look at. */
struct packet {
	uint32_t length, sequence;
	uint16_t from;
	uint8_t flags;
};

static size_t read_packets(struct packet *packets, size_t most)
{
	FILE *in = fopen(path_of("wire.pcap"), "r");
	uint8_t header[24], prefix[16], bytes[40];
	size_t n = 0;

	cr_assert_not_null(in);
	cr_assert_eq(fread(header, sizeof(header), 1, in), 1);
	while (n < most && fread(prefix, sizeof(prefix), 1, in) == 1) {
		struct packet *packet = &packets[n++];
		uint32_t kept;

		memcpy(&kept, prefix + 8, 4);
		memcpy(&packet->length, prefix + 12, 4);
		cr_assert_eq(kept, sizeof(bytes));
		cr_assert_eq(fread(bytes, sizeof(bytes), 1, in), 1);
		packet->from = (uint16_t)(bytes[20] << 8 | bytes[21]);
		packet->sequence = (uint32_t)bytes[24] << 24 | (uint32_t)bytes[25] << 16 |
			(uint32_t)bytes[26] << 8 | bytes[27];
		packet->flags = bytes[33];
	}
	fclose(in);
	return n;
}

Test(bundle, a_case_that_is_not_met_leaves_all_that_there_was_to_see)
{
	write_bundle("    0.000001  #1    connect\n");
	expect_in("verdict.txt", "some");
	expect_in("wire.txt", "#1    connect");
	expect_in("replay.sh", "--only first-group/must-hold --trace --seed 1");
	expect_in("replay.sh", "--exec 'server {port}'");
}

Test(bundle, calls_become_segments)
{
	struct packet packets[16];

	write_bundle("    0.000001  #1    connect\n"
		     "    0.000002  #1    connected\n"
		     "    0.000003  #1    send 100\n"
		     "    0.000004  #1    recv 40\n"
		     "    0.000005  #1    send 1 with MSG_OOB\n"
		     "    0.000006  #1    shutdown SHUT_WR\n"
		     "    0.000007  #1    end of file\n");
	cr_assert_eq(read_packets(packets, 16), 8);
	cr_expect_eq(packets[0].flags, SYN);
	cr_expect_eq(packets[0].from, 40001);
	cr_expect_eq(packets[1].flags, SYN | ACK);
	cr_expect_eq(packets[1].from, 7);
	cr_expect_eq(packets[3].length, 140);
	cr_expect_eq(packets[3].sequence, 1);
	cr_expect_eq(packets[4].length, 80);
	cr_expect_eq(packets[5].flags, URG | ACK);
	cr_expect_eq(packets[6].flags, FIN | ACK);
	cr_expect_eq(packets[6].sequence, 102);
	cr_expect_eq(packets[7].sequence, 41);
}

Test(bundle, what_is_larger_than_a_packet_is_several)
{
	struct packet packets[4];

	write_bundle("    0.000001  #1    send 131000\n");
	cr_assert_eq(read_packets(packets, 4), 3);
	cr_expect_eq(packets[0].length + packets[1].length + packets[2].length,
		131000 + 3 * 40);
	cr_expect_eq(packets[2].sequence, 2 * 65495);
}

Test(bundle, only_a_lingering_close_is_a_reset)
{
	struct packet packets[4];

	write_bundle("    0.000001  #1    close\n"
		     "    0.000002  #2    SO_LINGER with 0 seconds\n"
		     "    0.000003  #2    close\n");
	cr_assert_eq(read_packets(packets, 4), 1);
	cr_expect_eq(packets[0].flags, RST | ACK);
	cr_expect_eq(packets[0].from, 40002);
}

Test(bundle, a_log_that_is_none_does_no_harm)
{
	struct packet packets[4];

	write_bundle("\n#\n1 #\nx #1 send 5\n 0.1 #99999 send 5\n 0.1 #1 send x\n");
	cr_expect_eq(read_packets(packets, 4), 0);
}

Test(bundle, a_directory_that_cannot_be_made_is_an_error_with_errno)
{
	json_t *run = json_of(&record);

	errno = 0;
	cr_expect_eq(bundle_write("/no/such/directory/bundle", run), -1);
	cr_expect_eq(errno, ENOENT);
	json_decref(run);
}

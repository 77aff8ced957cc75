/* net - a private network namespace for one case: real segments, tiny buffers, peers that vanish
 *
 * SPDX-License-Identifier: MIT
 */
#include "net.h"

#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKETS      40 /* of each family: what a case can open */
#define ETHERNET_MTU 1500
#define TINY_BUFFER  "4096 4096 4096"
#define FAST_OPEN    0x607 /* both ends, no cookies, every listener: ip-sysctl.rst */
#define REMEDY                                                                            \
	"needs a user and network namespace (sysctl kernel.unprivileged_userns_clone=1, " \
	"user.max_user_namespaces above 0, "                                              \
	"kernel.apparmor_restrict_unprivileged_userns=0, or root)"

enum {
	INET,
	INET6,
	FAMILIES,
};

static struct {
	int user, network; /* the namespaces; -1: there is none */
	int sockets[FAMILIES][SOCKETS];
	int used[FAMILIES];
} space = {.user = -1, .network = -1};

/* What the child leaves behind: the sockets of both families, and one that asks the kernel. */
#define LEFT (FAMILIES * SOCKETS + 1)

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(LEFT * sizeof(int))];
};

/* --- in the child: each returns 0, or -1 with errno ---------------------------------------- */

static int put(const char *path, const char *format, ...)
{
	char text[64];
	va_list args;
	int n, fd = open(path, O_WRONLY | O_CLOEXEC);

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (fd == -1)
		return -1;
	if (write(fd, text, (size_t)n) != n) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static int unshare_all(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1 ||
		put("/proc/self/setgroups", "deny") == -1 ||
		put("/proc/self/uid_map", "%u %u 1", uid, uid) == -1)
		return -1;
	return put("/proc/self/gid_map", "%u %u 1", gid, gid);
}

static int set_up_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_mtu = ETHERNET_MTU};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || ioctl(fd, SIOCSIFMTU, &request) == -1)
		return -1;
	request.ifr_flags = IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request) == -1 ? -1 : close(fd);
}

/* Without IPv6 nothing listens there: of its sockets only the number counts. */
static int make_socket(int family)
{
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(family, type, 0);

	return fd == -1 && errno == EAFNOSUPPORT ? socket(AF_INET, type, 0) : fd;
}

static int make_sockets(int *left)
{
	static const int families[] = {AF_INET, AF_INET6};

	for (int family = 0; family < FAMILIES; family++)
		for (int i = 0; i < SOCKETS; i++) {
			int fd = make_socket(families[family]);

			if (fd == -1)
				return -1;
			*left++ = fd;
		}
	*left = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	return *left == -1 ? -1 : 0;
}

/* errno and, when that is 0, the sockets. */
static void leave(int channel, int error, const int *left)
{
	union control control = {.header = {.cmsg_len = CMSG_LEN(LEFT * sizeof(int)),
					 .cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS}};
	struct iovec piece = {&error, sizeof(error)};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};

	if (!error) {
		memcpy(CMSG_DATA(&control.header), left, LEFT * sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
	}
	sendmsg(channel, &message, MSG_NOSIGNAL);
}

/* Stays, so that its namespaces can be opened, until the channel ends. */
static void serve(int channel)
{
	int left[LEFT], error = 0;
	char end;

	if (unshare_all() == -1 || set_up_loopback() == -1 ||
		put("/proc/sys/net/ipv4/tcp_wmem", TINY_BUFFER) == -1 ||
		put("/proc/sys/net/ipv4/tcp_fastopen", "%d", FAST_OPEN) == -1 ||
		make_sockets(left) == -1)
		error = errno ? errno : EINVAL;
	leave(channel, error, left);
	while (read(channel, &end, 1) == -1 && errno == EINTR)
		;
}

/* --- in this process ----------------------------------------------------------------------- */

static int take_sockets(int channel)
{
	union control control;
	int error = ECHILD, left[LEFT];
	struct iovec piece = {&error, sizeof(error)};
	struct msghdr message = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);

	if (n == 0)
		errno = ECHILD;
	if (n == (ssize_t)sizeof(error) && error)
		errno = error;
	if (n != (ssize_t)sizeof(error) || error)
		return -1;
	if (message.msg_controllen < CMSG_LEN(sizeof(left))) {
		errno = EMFILE;
		return -1;
	}
	memcpy(left, CMSG_DATA(&control.header), sizeof(left));
	memcpy(space.sockets, left, sizeof(space.sockets));
	return diag_use(left[LEFT - 1]);
}

static int open_space(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int take(int channel, pid_t pid)
{
	if (take_sockets(channel) == -1)
		return -1;
	space.user = open_space(pid, "user");
	space.network = open_space(pid, "net");
	return space.user == -1 || space.network == -1 ? -1 : 0;
}

int net_make(char *reason, size_t size)
{
	int channel[2], result;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) == -1) {
		snprintf(reason, size, "socketpair: %s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		close(channel[0]);
		serve(channel[1]);
		_exit(0);
	}
	close(channel[1]);
	result = pid == -1 ? -1 : take(channel[0], pid);
	if (result == -1)
		snprintf(reason, size, REMEDY ": %s", strerror(errno));
	close(channel[0]);
	if (pid != -1)
		waitpid(pid, NULL, 0);
	return result;
}

int net_socket(int family)
{
	int index = family == AF_INET6 ? INET6 : INET;

	if (space.network == -1)
		return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (space.used[index] < SOCKETS)
		return space.sockets[index][space.used[index]++];
	errno = ENOBUFS;
	return -1;
}

int net_join(void)
{
	if (space.network == -1)
		return 0;
	if (setns(space.user, CLONE_NEWUSER) == -1)
		return -1;
	return setns(space.network, CLONE_NEWNET);
}

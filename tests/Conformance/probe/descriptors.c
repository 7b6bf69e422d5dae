/* Parts that take descriptors from a socket or make a terminal: console, notify, pty. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0) fail(path);
    /* No test takes longer; one that failed leaves nobody waiting. */
    alarm(60);
    /* The test starts the runtime when it has read this. */
    fputs("listening\n", stderr);
    return listener;
}

/* The text and the descriptors of one message; returns the length of the text. */
int receive_descriptor(int socket, char *text, int size, int *descriptors, int count)
{
    char control[CMSG_SPACE(8 * sizeof(int))];
    struct iovec part = {text, (size_t)size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (length < 0) fail("recvmsg");
    for (int i = 0; i < count; i++) descriptors[i] = -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        size_t bytes = c->cmsg_len - CMSG_LEN(0);
        memcpy(descriptors, CMSG_DATA(c), bytes < (size_t)count * sizeof(int) ? bytes : (size_t)count * sizeof(int));
    }
    return (int)length;
}

static void copy_until_end(int from)
{
    char text[4096];
    ssize_t count;
    /* A terminal whose other side is closed answers EIO. */
    while ((count = read(from, text, sizeof text)) > 0) {
        if (write(1, text, (size_t)count) < 0) fail("write");
    }
}

/* console SOCKET: takes a terminal's master, as --console-socket sends it, and writes out what comes from it. */
int console_main(const char *path)
{
    char text[4096];
    int master, listener = listen_at(path), connection = accept4(listener, 0, 0, SOCK_CLOEXEC);
    if (connection < 0) fail("accept");
    int length = receive_descriptor(connection, text, sizeof text - 1, &master, 1);
    text[length] = 0;
    if (master < 0 || !isatty(master)) {
        fprintf(stderr, "no terminal came with '%s'\n", text);
        return 1;
    }
    copy_until_end(master);
    return 0;
}

/* notify SOCKET: takes a seccomp listener and the state sent with it, and answers every call with 4711. Prints the state, then a line for each call. */
int notify_main(const char *path)
{
    static char text[65536];
    int listener = listen_at(path), connection = accept4(listener, 0, 0, SOCK_CLOEXEC), descriptors[2];
    if (connection < 0) fail("accept");
    int length = receive_descriptor(connection, text, sizeof text - 1, descriptors, 2);
    /* One line, however it came. */
    for (int i = 0; i < length; i++) putchar(text[i] == '\n' ? ' ' : text[i]);
    putchar('\n');
    fflush(stdout);
    if (descriptors[0] < 0) return 1;
    struct pollfd waiting = {.fd = descriptors[0], .events = POLLIN};
    while (poll(&waiting, 1, 20000) > 0 && (waiting.revents & POLLIN)) {
        struct seccomp_notif call = {0};
        if (ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_RECV, &call) < 0) continue;
        printf("call %d\n", call.data.nr);
        fflush(stdout);
        struct seccomp_notif_resp answer = {.id = call.id, .val = 4711};
        ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    return 0;
}

/* pty ROWSxCOLUMNS PROGRAM ARGUMENT…: runs it on a terminal of that size and writes out what it wrote. */
int pseudo_terminal_main(int argc, char **argv)
{
    (void)argc;
    struct winsize size = {0};
    if (sscanf(argv[2], "%hux%hu", &size.ws_row, &size.ws_col) != 2) fail("size");
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ioctl(master, TIOCSWINSZ, &size) < 0) fail("posix_openpt");
    pid_t child = fork();
    if (child == 0) {
        setsid();
        int slave = open(ptsname(master), O_RDWR);
        if (slave < 0) fail("open");
        for (int i = 0; i < 3; i++) dup2(slave, i);
        if (slave > 2) close(slave);
        ioctl(0, TIOCSCTTY, 0);
        execvp(argv[3], argv + 3);
        fail(argv[3]);
    }
    copy_until_end(master);
    int state = 0;
    waitpid(child, &state, 0);
    return WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
}

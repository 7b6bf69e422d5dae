/* What runs on the host for a test, by the first argument. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* without-hybrid PROGRAM ARGUMENT…: crun refuses a v2 tree beside v1 ones, so it sees none. Nothing else is cut off from the host's mounts. */
static int without_hybrid(char **program)
{
    if (unshare(CLONE_NEWNS) < 0) fail("unshare");
    if (mount(0, "/sys/fs/cgroup/unified", 0, MS_PRIVATE, 0) == 0) {
        mount(0, "/sys/fs/cgroup", 0, MS_PRIVATE, 0);
        if (umount2("/sys/fs/cgroup/unified", MNT_DETACH) < 0) fail("umount");
    }
    execvp(program[0], program);
    fail(program[0]);
    return 70;
}

static int clone_flag(const char *kind)
{
    static const struct { const char *name; int flag; } flags[] = {
        {"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID}, {"network", CLONE_NEWNET}, {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS},
        {"cgroup", CLONE_NEWCGROUP}, {"user", CLONE_NEWUSER}, {"time", CLONE_NEWTIME},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(flags[i].name, kind) == 0) return flags[i].flag;
    }
    fprintf(stderr, "no namespace '%s'\n", kind);
    exit(64);
}

static void put(const char *format, pid_t pid, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, format, pid);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) < 0) fail(path);
    close(file);
}

/* hold KIND…: a process in new namespaces of these kinds, whose id is printed; it lives until standard input ends. A user namespace maps 0 to 100000. */
static int hold(int count, char **kinds)
{
    int flags = 0, ready[2], mapped[2];
    char byte;
    for (int i = 0; i < count; i++) flags |= clone_flag(kinds[i]);
    if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(mapped, O_CLOEXEC) < 0) fail("pipe2");
    pid_t outer = fork();
    if (outer == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (unshare(flags) < 0) fail("unshare");
        if (write(ready[1], "r", 1) != 1 || read(mapped[0], &byte, 1) != 1) _exit(70);
        if ((flags & CLONE_NEWUSER) && (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)) fail("setresuid");
        pid_t inner = fork();
        if (inner == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;) pause();
        }
        printf("%d\n", inner);
        fflush(stdout);
        while (read(0, &byte, 1) > 0) { }
        kill(inner, SIGKILL);
        waitpid(inner, 0, 0);
        _exit(0);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1) return 70;
    if (flags & CLONE_NEWUSER) {
        put("/proc/%d/uid_map", outer, "0 100000 65536\n");
        put("/proc/%d/gid_map", outer, "0 100000 65536\n");
    }
    if (write(mapped[1], "m", 1) != 1) return 70;
    waitpid(outer, 0, 0);
    return 0;
}

static void copy_answer(const char *name, const char *path)
{
    static char text[65536];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text);
    json_name(name);
    json_bytes(text, length < 0 ? 0 : (size_t)length);
    if (file >= 0) close(file);
}

static void write_link(const char *name, const char *path)
{
    char link[4096];
    ssize_t length = readlink(path, link, sizeof link);
    json_name(name);
    json_bytes(link, length < 0 ? 0 : (size_t)length);
}

/* hook FILE NAME [fail | hang]: appends one line to the file: who was called with what, where, and the state it was given. */
static int hook(int argc, char **argv)
{
    const char *then = argc > 4 ? argv[4] : "";
    if (!freopen(argv[2], "a", stdout)) fail(argv[2]);
    flock(1, LOCK_EX);
    json_open_object();
    json_field_string("name", argv[3]);
    copy_answer("state", "/proc/self/fd/0");
    json_name("args");
    json_open_array();
    for (int i = 0; i < argc; i++) json_string(argv[i]);
    json_close_array();
    json_name("env");
    json_open_array();
    for (char **variable = environ; *variable; variable++) json_string(*variable);
    json_close_array();
    write_link("pidNamespace", "/proc/self/ns/pid");
    write_link("mountNamespace", "/proc/self/ns/mnt");
    write_link("networkNamespace", "/proc/self/ns/net");
    write_link("root", "/proc/self/root");
    write_link("cwd", "/proc/self/cwd");
    json_field_boolean("marker", access("/inside-the-container", F_OK) == 0);
    json_close_object();
    putchar('\n');
    fflush(stdout);
    flock(1, LOCK_UN);
    if (strcmp(then, "hang") == 0) {
        for (;;) pause();
    }
    if (strcmp(then, "fail") == 0) {
        fputs("the hook says no\n", stderr);
        return 3;
    }
    return 0;
}

int host_main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "without-hybrid") == 0) return without_hybrid(argv + 2);
    if (argc >= 3 && strcmp(argv[1], "hold") == 0) return hold(argc - 2, argv + 2);
    if (argc >= 4 && strcmp(argv[1], "hook") == 0) return hook(argc, argv);
    if (argc == 3 && strcmp(argv[1], "console") == 0) return console_main(argv[2]);
    if (argc == 3 && strcmp(argv[1], "notify") == 0) return notify_main(argv[2]);
    if (argc >= 4 && strcmp(argv[1], "pty") == 0) return pseudo_terminal_main(argc, argv);
    return -1;
}

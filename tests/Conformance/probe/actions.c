/* What the process does: system calls made in a child, programs started, memory used, signals waited for, its end. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

struct outcome {
    long value;
    int error;
    int done;
};

/* What the child wrote into shared memory, or the signal that ended it. */
static void report_child(pid_t child, const struct outcome *outcome)
{
    int state = 0;
    waitpid(child, &state, 0);
    json_open_object();
    if (WIFSIGNALED(state)) json_field_number("signal", WTERMSIG(state));
    else if (!outcome->done) json_field_number("exit", WEXITSTATUS(state));
    else if (outcome->error) json_field_string("error", strerrorname_np(outcome->error) ? strerrorname_np(outcome->error) : "?");
    else json_field_number("value", outcome->value);
    if (outcome->done && outcome->error) json_field_number("errno", outcome->error);
    json_close_object();
}

static struct outcome *shared_outcome(void)
{
    struct outcome *outcome = mmap(0, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED) fail("mmap");
    memset(outcome, 0, sizeof *outcome);
    return outcome;
}

static int numbers(char *rest, long *values)
{
    char *parts[7] = {0};
    int count = split(rest, ',', parts, 7);
    for (int i = 0; i < count; i++) values[i] = (long)strtoull(parts[i], 0, 0);
    return count;
}

/* syscall:NUMBER,ARGUMENT,… in a child: a filter may kill whoever makes it. */
static void system_call(char *rest)
{
    long a[7] = {0};
    numbers(rest, a);
    struct outcome *outcome = shared_outcome();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        errno = 0;
        outcome->value = syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
        outcome->error = outcome->value == -1 ? errno : 0;
        outcome->done = 1;
        _exit(0);
    }
    report_child(child, outcome);
    munmap(outcome, sizeof *outcome);
}

/* syscall32:NUMBER,ARGUMENT: by the 32-bit entry, whose numbers are those of i386. */
static void system_call_32(char *rest)
{
    long a[7] = {0};
    numbers(rest, a);
    struct outcome *outcome = shared_outcome();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        long result = a[0];
        __asm__ volatile("int $0x80" : "+a"(result) : "b"(a[1]), "c"(a[2]), "d"(a[3]) : "memory", "r8", "r9", "r10", "r11");
        result = (int)result;
        outcome->value = result;
        outcome->error = result < 0 && result > -4096 ? (int)-result : 0;
        outcome->done = 1;
        _exit(0);
    }
    report_child(child, outcome);
    munmap(outcome, sizeof *outcome);
}

/* exec:PATH starts the program: its exit status, or why it could not be started. */
static void start_program(char *path)
{
    struct outcome *outcome = shared_outcome();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(1);
        execl(path, path, "exit:0", (char *)0);
        outcome->error = errno;
        outcome->done = 1;
        _exit(0);
    }
    report_child(child, outcome);
    munmap(outcome, sizeof *outcome);
}

/* forks:N: how many of N children can be alive at once. */
static void many_children(char *rest)
{
    int wanted = atoi(rest), made = 0;
    pid_t *children = calloc((size_t)wanted, sizeof *children);
    fflush(stdout);
    for (; made < wanted; made++) {
        children[made] = fork();
        if (children[made] < 0) break;
        if (children[made] == 0) {
            for (;;) pause();
        }
    }
    for (int i = 0; i < made; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], 0, 0);
    }
    free(children);
    json_number(made);
}

/* memory:BYTES touched in a child: 0, or the signal that ended it. */
static void use_memory(char *rest)
{
    size_t size = strtoull(rest, 0, 0);
    struct outcome *outcome = shared_outcome();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char *memory = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) outcome->error = errno;
        else for (size_t i = 0; i < size; i += 4096) ((volatile char *)memory)[i] = 1;
        outcome->done = 1;
        _exit(0);
    }
    report_child(child, outcome);
    munmap(outcome, sizeof *outcome);
}

/* A handler is needed: the first process of a PID namespace ignores what it has none for. */
static void ended_by(int signal)
{
    char line[] = "signal 00\n";
    line[7] = (char)('0' + signal / 10);
    line[8] = (char)('0' + signal % 10);
    if (write(2, line, sizeof line - 1) < 0) _exit(71);
    _exit(signal);
}

/* wait: until a signal comes, which becomes the exit status; what was answered so far is written first. */
static void wait_for_signal(char *rest)
{
    (void)rest;
    for (int i = 1; i < 32; i++) {
        if (i != SIGKILL && i != SIGSTOP && i != SIGCHLD && i != SIGCONT) signal(i, ended_by);
    }
    json_null();
    json_close_object();
    putchar('\n');
    fflush(stdout);
    for (;;) pause();
}

static void leave(char *rest)
{
    json_null();
    json_close_object();
    putchar('\n');
    fflush(stdout);
    _exit(atoi(rest));
}

/* raise:N ends by that signal. */
static void end_by_signal(char *rest)
{
    fflush(stdout);
    signal(atoi(rest), SIG_DFL);
    kill(getpid(), atoi(rest));
    leave("72");
}

/* input: what standard input holds. */
static void standard_input(char *rest)
{
    (void)rest;
    static char text[65536];
    size_t total = 0;
    ssize_t count;
    while (total < sizeof text && (count = read(0, text + total, sizeof text - total)) > 0) total += (size_t)count;
    json_bytes(text, total);
}

/* say:TEXT on standard error, at once. */
static void say(char *text)
{
    fprintf(stderr, "%s\n", text);
    json_null();
}

const struct question action_questions[] = {
    {"syscall", system_call}, {"syscall32", system_call_32}, {"exec", start_program}, {"forks", many_children}, {"memory", use_memory}, {"wait", wait_for_signal},
    {"exit", leave}, {"raise", end_by_signal}, {"input", standard_input}, {"say", say}, {0, 0},
};

/* How the process runs: scheduler, priorities, processors, personality, clocks. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

/* struct sched_attr of linux/sched/types.h, which glibc has no header for. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t clamp_min, clamp_max;
};

static void scheduler(char *rest)
{
    static const char *const policies[] = {"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "?", "SCHED_IDLE", "SCHED_DEADLINE"};
    (void)rest;
    struct attributes now = {.size = sizeof now};
    if (syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) < 0) {
        json_error();
        return;
    }
    json_open_object();
    json_field_string("policy", now.policy < 7 ? policies[now.policy] : "?");
    json_field_number("nice", now.nice);
    json_field_number("priority", now.priority);
    json_field_number("flags", (long long)now.flags);
    json_field_number("runtime", (long long)now.runtime);
    json_field_number("deadline", (long long)now.deadline);
    json_field_number("period", (long long)now.period);
    json_close_object();
}

static void io_priority(char *rest)
{
    static const char *const classes[] = {"IOPRIO_CLASS_NONE", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"};
    (void)rest;
    long value = syscall(SYS_ioprio_get, 1 /* IOPRIO_WHO_PROCESS */, 0);
    if (value < 0) {
        json_error();
        return;
    }
    json_open_object();
    json_field_string("class", classes[(value >> 13) & 3]);
    json_field_number("level", value & 0x1fff);
    json_close_object();
}

static void affinity(char *rest)
{
    (void)rest;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) {
        json_error();
        return;
    }
    json_open_array();
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &set)) json_number(i);
    }
    json_close_array();
}

static void execution_domain(char *rest)
{
    (void)rest;
    json_number(personality(0xffffffff));
}

/* Seconds. */
static void clocks(char *rest)
{
    static const struct { const char *name; clockid_t id; } all[] = {
        {"monotonic", CLOCK_MONOTONIC}, {"boottime", CLOCK_BOOTTIME}, {"realtime", CLOCK_REALTIME},
    };
    (void)rest;
    json_open_object();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct timespec now;
        clock_gettime(all[i].id, &now);
        json_field_number(all[i].name, now.tv_sec);
    }
    json_close_object();
}

const struct question scheduling_questions[] = {
    {"scheduler", scheduler}, {"iopriority", io_priority}, {"affinity", affinity}, {"personality", execution_domain}, {"clocks", clocks}, {0, 0},
};

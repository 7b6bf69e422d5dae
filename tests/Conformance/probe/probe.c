/*
 * The probe runs as a container's process and answers what it is asked:
 *
 *     probe ids stat:/dev/null syscall:39     one JSON object: {"ids": …, "stat:/dev/null": …, "syscall:39": …}
 *     probe ids -- anything                   what comes after "--" is not asked
 *
 * It is static and has neither threads nor open files of its own, so that what it sees is what the runtime left.
 * Its other parts (host.c) run on the host for a test: they hold namespaces, record hooks, take a console, answer seccomp.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

int probe_argc;
char **probe_argv;

int split(char *text, char at, char **parts, int count)
{
    int n = 0;
    while (n < count) {
        parts[n++] = text;
        char *next = strchr(text, at);
        if (!next) break;
        *next = 0;
        text = next + 1;
    }
    return n;
}

void fail(const char *what)
{
    perror(what);
    exit(70);
}

static int answer_from(const struct question *questions, const char *name, char *rest)
{
    for (; questions->name; questions++) {
        if (strcmp(questions->name, name) != 0) continue;
        questions->answer(rest);
        return 1;
    }
    return 0;
}

static void answer(const char *question)
{
    json_name(question);
    char *name = strdup(question), *colon = strchr(name, ':');
    char *rest = colon ? colon + 1 : name + strlen(name);
    if (colon) *colon = 0;
    if (!answer_from(process_questions, name, rest) && !answer_from(scheduling_questions, name, rest) && !answer_from(file_questions, name, rest)
        && !answer_from(action_questions, name, rest)) {
        fprintf(stderr, "the probe knows no question '%s'\n", question);
        exit(64);
    }
    free(name);
}

int main(int argc, char **argv)
{
    probe_argc = argc;
    probe_argv = argv;
    int status = host_main(argc, argv);
    if (status >= 0) return status;

    json_open_object();
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) answer(argv[i]);
    json_close_object();
    putchar('\n');
    return 0;
}

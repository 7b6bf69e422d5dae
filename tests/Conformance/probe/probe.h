/* The questions a probe answers, by the file that answers them. Each writes one JSON value. */
#pragma once

struct question {
    const char *name;             /* what the question begins with: "stat" of "stat:/dev/null" */
    void (*answer)(char *rest);   /* the text after the colon, or "" */
};

/* Ends with an entry without a name. */
extern const struct question process_questions[];
extern const struct question scheduling_questions[];
extern const struct question file_questions[];
extern const struct question action_questions[];

/* The arguments and the environment the probe was started with. */
extern int probe_argc;
extern char **probe_argv;

/* Runs on the host for a test: the part named by the first argument; returns -1 when that is no such part. */
int host_main(int argc, char **argv);

/* Part of host_main: descriptors that arrive on a socket. */
int console_main(const char *path);
int notify_main(const char *path);
int pseudo_terminal_main(int argc, char **argv);
int receive_descriptor(int socket, char *text, int size, int *descriptors, int count);
int listen_at(const char *path);

/* Splits the text at the character; returns the number of parts. */
int split(char *text, char at, char **parts, int count);

/* Says why and ends with 70. */
void fail(const char *what);

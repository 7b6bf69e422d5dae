/* What the process is: its arguments, ids, names, namespaces, capabilities, limits, descriptors and terminal. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

static void strings(char **list)
{
    json_open_array();
    for (; *list; list++) json_string(*list);
    json_close_array();
}

static void arguments(char *rest) { (void)rest; strings(probe_argv); }

static void environment(char *rest) { (void)rest; strings(environ); }

static void working_directory(char *rest)
{
    (void)rest;
    char path[4096];
    if (!getcwd(path, sizeof path)) json_error();
    else json_string(path);
}

static void ids(char *rest)
{
    (void)rest;
    uid_t user[3];
    gid_t group[3], groups[1024];
    getresuid(&user[0], &user[1], &user[2]);
    getresgid(&group[0], &group[1], &group[2]);
    int count = getgroups(1024, groups);
    mode_t mask = umask(0);
    umask(mask);
    json_open_object();
    json_field_number("uid", user[0]);
    json_field_number("euid", user[1]);
    json_field_number("suid", user[2]);
    json_field_number("gid", group[0]);
    json_field_number("egid", group[1]);
    json_field_number("sgid", group[2]);
    json_field_number("umask", mask);
    json_name("groups");
    json_open_array();
    for (int i = 0; i < count; i++) json_number(groups[i]);
    json_close_array();
    json_field_number("pid", getpid());
    json_field_number("ppid", getppid());
    json_field_number("sid", getsid(0));
    json_field_number("pgid", getpgrp());
    json_close_object();
}

static void names(char *rest)
{
    (void)rest;
    struct utsname name;
    uname(&name);
    json_open_object();
    json_field_string("hostname", name.nodename);
    json_field_string("domainname", name.domainname);
    json_field_string("machine", name.machine);
    json_field_string("release", name.release);
    json_close_object();
}

static void namespaces(char *rest)
{
    static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
    (void)rest;
    json_open_object();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char path[64], link[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        ssize_t length = readlink(path, link, sizeof link);
        if (length < 0) continue;
        json_name(kinds[i]);
        json_bytes(link, (size_t)length);
    }
    json_close_object();
}

/* /proc/self/status, name by name. */
static void status(char *rest)
{
    (void)rest;
    char line[4096];
    FILE *file = fopen("/proc/self/status", "re");
    if (!file) {
        json_error();
        return;
    }
    json_open_object();
    while (fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (!colon) continue;
        *colon++ = 0;
        colon += strspn(colon, " \t");
        colon[strcspn(colon, "\n")] = 0;
        json_field_string(line, colon);
    }
    json_close_object();
    fclose(file);
}

static void limits(char *rest)
{
    static const char *const kinds[] = {
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    };
    (void)rest;
    json_open_object();
    for (int i = 0; i < 16; i++) {
        struct rlimit limit;
        getrlimit(i, &limit);
        json_name(kinds[i]);
        json_open_object();
        json_field_number("soft", (long long)limit.rlim_cur);
        json_field_number("hard", (long long)limit.rlim_max);
        json_close_object();
    }
    json_close_object();
}

/* {"0": "/dev/null", …}: what is open, but for the listing's own. */
static void descriptors(char *rest)
{
    (void)rest;
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    if (!folder) {
        json_error();
        return;
    }
    json_open_object();
    while ((entry = readdir(folder))) {
        char link[4096];
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(folder)) continue;
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, link, sizeof link);
        json_name(entry->d_name);
        json_bytes(link, length < 0 ? 0 : (size_t)length);
    }
    json_close_object();
    closedir(folder);
}

static void terminal(char *rest)
{
    (void)rest;
    json_open_object();
    for (int i = 0; i < 3; i++) {
        char key[16], name[256];
        snprintf(key, sizeof key, "tty%d", i);
        json_name(key);
        if (isatty(i) && ttyname_r(i, name, sizeof name) == 0) json_string(name);
        else json_boolean(isatty(i));
    }
    struct winsize size;
    if (ioctl(0, TIOCGWINSZ, &size) == 0) {
        json_field_number("rows", size.ws_row);
        json_field_number("columns", size.ws_col);
    }
    json_field_boolean("leader", getsid(0) == getpid());
    json_field_boolean("foreground", tcgetpgrp(0) == getpgrp());
    int controlling = open("/dev/tty", O_RDWR | O_CLOEXEC);
    json_field_boolean("controlling", controlling >= 0);
    if (controlling >= 0) close(controlling);
    json_close_object();
}

/* The session keyring: its serial number and its description. */
static void keyring(char *rest)
{
    (void)rest;
    char text[256];
    long id = syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3 /* KEY_SPEC_SESSION_KEYRING */, 0);
    if (id < 0) {
        json_error();
        return;
    }
    long length = syscall(SYS_keyctl, 6 /* KEYCTL_DESCRIBE */, id, text, sizeof text);
    json_open_object();
    json_field_number("id", id);
    if (length > 0) json_field_string("description", text);
    json_close_object();
}

const struct question process_questions[] = {
    {"args", arguments}, {"env", environment}, {"cwd", working_directory}, {"ids", ids}, {"names", names}, {"namespaces", namespaces}, {"status", status},
    {"rlimits", limits}, {"fds", descriptors}, {"terminal", terminal}, {"keyring", keyring}, {0, 0},
};

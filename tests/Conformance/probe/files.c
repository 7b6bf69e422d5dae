/* What the file system looks like, and what may be done to it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "json.h"
#include "probe.h"

static const char *type_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return "file";
    case S_IFDIR: return "directory";
    case S_IFLNK: return "symlink";
    case S_IFCHR: return "char";
    case S_IFBLK: return "block";
    case S_IFIFO: return "fifo";
    default: return "socket";
    }
}

static void describe(char *path, int flags)
{
    struct stat file;
    char link[4096];
    if (fstatat(AT_FDCWD, path, &file, flags) < 0) {
        json_error();
        return;
    }
    json_open_object();
    json_field_string("type", type_of(file.st_mode));
    json_field_number("mode", file.st_mode & 07777);
    json_field_number("uid", file.st_uid);
    json_field_number("gid", file.st_gid);
    json_field_number("size", file.st_size);
    json_field_number("major", major(file.st_rdev));
    json_field_number("minor", minor(file.st_rdev));
    ssize_t length = S_ISLNK(file.st_mode) ? readlink(path, link, sizeof link) : -1;
    if (length >= 0) {
        json_name("link");
        json_bytes(link, (size_t)length);
    }
    json_close_object();
}

static void stat_link(char *path) { describe(path, AT_SYMLINK_NOFOLLOW); }

static void stat_target(char *path) { describe(path, 0); }

/* The first 64 KB. */
static void read_file(char *path)
{
    static char text[65536];
    size_t total = 0;
    ssize_t count = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file >= 0) {
        while (total < sizeof text && (count = read(file, text + total, sizeof text - total)) > 0) total += (size_t)count;
    }
    if (file < 0 || count < 0) json_error();
    else json_bytes(text, total);
    if (file >= 0) close(file);
}

/* write:PATH=TEXT into a file that is there. */
static void write_file(char *rest)
{
    char *parts[2] = {rest, ""};
    split(rest, '=', parts, 2);
    int file = open(parts[0], O_WRONLY | O_CLOEXEC);
    long result = file < 0 ? -1 : write(file, parts[1], strlen(parts[1]));
    json_result(result);
    if (file >= 0) close(file);
}

static void create_file(char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    json_result(file);
    if (file >= 0) close(file);
}

/* open:r:/dev/x, open:w:…, open:rw:… */
static void open_file(char *rest)
{
    char *parts[2] = {rest, ""};
    split(rest, ':', parts, 2);
    int access = strcmp(parts[0], "rw") == 0 ? O_RDWR : parts[0][0] == 'w' ? O_WRONLY : O_RDONLY;
    int file = open(parts[1], access | O_CLOEXEC | O_NONBLOCK);
    json_result(file);
    if (file >= 0) close(file);
}

static int by_name(const void *one, const void *other) { return strcmp(*(char *const *)one, *(char *const *)other); }

static void list_folder(char *path)
{
    char *all[4096];
    size_t count = 0;
    DIR *folder = opendir(path);
    struct dirent *entry;
    if (!folder) {
        json_error();
        return;
    }
    while ((entry = readdir(folder)) && count < sizeof all / sizeof *all) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) all[count++] = strdup(entry->d_name);
    }
    closedir(folder);
    qsort(all, count, sizeof *all, by_name);
    json_open_array();
    for (size_t i = 0; i < count; i++) {
        json_string(all[i]);
        free(all[i]);
    }
    json_close_array();
}

/* mknod:PATH,c|b|p,MAJOR,MINOR */
static void make_node(char *rest)
{
    char *parts[4] = {0};
    if (split(rest, ',', parts, 4) != 4) fail("mknod");
    mode_t type = parts[1][0] == 'c' ? S_IFCHR : parts[1][0] == 'b' ? S_IFBLK : S_IFIFO;
    json_result(mknod(parts[0], type | 0600, makedev((unsigned)atoi(parts[2]), (unsigned)atoi(parts[3]))));
}

static void make_folder(char *path) { json_result(mkdir(path, 0777)); }

/* mount:TYPE,TARGET */
static void make_mount(char *rest)
{
    char *parts[2] = {0};
    if (split(rest, ',', parts, 2) != 2) fail("mount");
    json_result(mount(parts[0], parts[1], parts[0], 0, 0));
}

/* One object for each line of /proc/self/mountinfo (man 5 proc_pid_mountinfo). */
static void mounts(char *rest)
{
    (void)rest;
    char line[8192];
    FILE *file = fopen("/proc/self/mountinfo", "re");
    if (!file) {
        json_error();
        return;
    }
    json_open_array();
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *separator = strstr(line, " - "), *before[7] = {0}, *after[3] = {0};
        if (!separator) continue;
        *separator = 0;
        if (split(separator + 3, ' ', after, 3) != 3 || split(line, ' ', before, 7) < 6) continue;
        json_open_object();
        json_field_number("id", atoi(before[0]));
        json_field_number("parent", atoi(before[1]));
        json_field_string("root", before[3]);
        json_field_string("point", before[4]);
        json_field_string("options", before[5]);
        json_field_string("propagation", before[6] ? before[6] : "");
        json_field_string("type", after[0]);
        json_field_string("source", after[1]);
        json_field_string("super", after[2]);
        json_close_object();
    }
    json_close_array();
    fclose(file);
}

/* xattr:PATH=NAME */
static void extended_attribute(char *rest)
{
    char *parts[2] = {rest, ""}, value[1024];
    split(rest, '=', parts, 2);
    ssize_t length = getxattr(parts[0], parts[1], value, sizeof value);
    if (length < 0) json_error();
    else json_bytes(value, (size_t)length);
}

const struct question file_questions[] = {
    {"lstat", stat_link}, {"stat", stat_target}, {"read", read_file}, {"write", write_file}, {"create", create_file}, {"open", open_file}, {"list", list_folder},
    {"mknod", make_node}, {"mkdir", make_folder}, {"mount", make_mount}, {"mountinfo", mounts}, {"xattr", extended_attribute}, {0, 0},
};

#define _GNU_SOURCE
#include "json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int need_comma;

static void before_value(void)
{
    if (need_comma) putchar(',');
    need_comma = 1;
}

static void open_with(char bracket)
{
    before_value();
    putchar(bracket);
    need_comma = 0;
}

static void close_with(char bracket)
{
    putchar(bracket);
    need_comma = 1;
}

void json_open_object(void) { open_with('{'); }
void json_close_object(void) { close_with('}'); }
void json_open_array(void) { open_with('['); }
void json_close_array(void) { close_with(']'); }

void json_bytes(const char *text, size_t length)
{
    before_value();
    putchar('"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\') printf("\\%c", c);
        else if (c < 0x20) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

void json_string(const char *text) { text ? json_bytes(text, strlen(text)) : json_null(); }

void json_name(const char *name)
{
    json_string(name);
    putchar(':');
    need_comma = 0;
}

void json_number(long long value)
{
    before_value();
    printf("%lld", value);
}

void json_boolean(int value)
{
    before_value();
    fputs(value ? "true" : "false", stdout);
}

void json_null(void)
{
    before_value();
    fputs("null", stdout);
}

void json_error(void)
{
    int number = errno;
    const char *name = strerrorname_np(number);
    json_open_object();
    json_field_string("error", name ? name : "?");
    json_field_number("errno", number);
    json_close_object();
}

void json_result(long result)
{
    if (result < 0) {
        json_error();
        return;
    }
    json_open_object();
    json_field_boolean("ok", 1);
    json_close_object();
}

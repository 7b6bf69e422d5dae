/* A JSON document on standard output, written as it grows: commas are put where they belong. */
#pragma once
#include <stddef.h>

void json_open_object(void);
void json_close_object(void);
void json_open_array(void);
void json_close_array(void);
void json_name(const char *name);
void json_bytes(const char *text, size_t length);
void json_string(const char *text);
void json_number(long long value);
void json_boolean(int value);
void json_null(void);

/* {"error": "EPERM"}: what a call that failed is answered with; errno is read first. */
void json_error(void);

/* {"ok": true}, or the error when the result is negative. */
void json_result(long result);

static inline void json_field_string(const char *name, const char *text) { json_name(name); json_string(text); }
static inline void json_field_number(const char *name, long long value) { json_name(name); json_number(value); }
static inline void json_field_boolean(const char *name, int value) { json_name(name); json_boolean(value); }

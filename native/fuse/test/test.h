/* A test program of C: functions that check, and say which line did not hold. */
#ifndef ALOFT_TEST_H
#define ALOFT_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

#define CHECK_STRING(expected, actual)                                                                \
    do {                                                                                              \
        const char *is_ = (actual);                                                                   \
        if (is_ == NULL || strcmp((expected), is_) != 0) {                                            \
            fprintf(stderr, "%s:%d: %s is %s\n", __FILE__, __LINE__, #actual, is_ == NULL ? "NULL" : is_); \
            abort();                                                                                  \
        }                                                                                             \
    } while (0)

void test_nodes(void);
void test_requests(void);
void test_folders(void);
void test_changes(void);

#endif

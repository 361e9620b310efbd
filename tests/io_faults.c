/* A library to preload: lets file operations below some directories fail, or take long, as a faulty disk does.
 *
 * IO_FAULTS names a file of `struct control`, which the test maps as well; IO_FAULTS_ROOTS names the directories,
 * separated by colons. Operations are counted from 1. The first one from number `at` on that can fail with `error`
 * does, and with `forever` all later ones do too. With `delay_ms` it takes so long instead of failing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define ENTRIES 4096
#define NAME 24
#define PATH 232

struct entry {
    char operation[NAME];
    char path[PATH];
    int32_t is_main_thread;
    int32_t has_failed;
};

struct control {
    int64_t count, at;
    int32_t error, forever, delay_ms, has_hit;
    struct entry entries[ENTRIES];
};

enum kind { READS = 1, WRITES = 2, OPENS = 4 };

static struct control *control;
static const char *roots;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("IO_FAULTS");
    roots = getenv("IO_FAULTS_ROOTS");
    if (!name || !roots)
        return;
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    int file = real_open(name, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED)
        control = mapped;
    close(file);
}

static int is_watched(const char *path) {
    for (const char *root = roots; root && *root;) {
        size_t length = strcspn(root, ":");
        if (length && !strncmp(path, root, length))
            return 1;
        root += length + (root[length] == ':');
    }
    return 0;
}

static int can_fail_so(enum kind kind) {
    if (control->error == ENOSPC || control->error == EROFS || control->error == EDQUOT)
        return kind & WRITES;
    if (control->error == EMFILE || control->error == ENFILE)
        return kind & OPENS;
    return 1;
}

/* Whether this operation is to fail; errno is set then. */
static int fails(const char *operation, int directory, const char *path, enum kind kind) {
    char full[PATH_MAX], target[PATH_MAX], link[64];
    if (!control || !path)
        return 0;
    int before = errno;
    if (path[0] != '/' && directory != AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, full, sizeof full - 1);
        if (length < 0)
            return errno = before, 0;
        full[length] = 0;
        if (*path) {
            strncat(full, "/", sizeof full - strlen(full) - 1);
            strncat(full, path, sizeof full - strlen(full) - 1);
        }
        path = full;
    }
    /* The worker and its children open files of ours by their descriptors. */
    if (!strncmp(path, "/proc/", 6)) {
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length > 0) {
            target[length] = 0;
            path = target;
        }
    }
    errno = before;
    if (!is_watched(path))
        return 0;
    int64_t number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    int is_hit = control->at && number >= control->at && can_fail_so(kind);
    if (is_hit && !control->forever)
        is_hit = !__atomic_exchange_n(&control->has_hit, 1, __ATOMIC_SEQ_CST);
    if (number <= ENTRIES) {
        struct entry *entry = &control->entries[number - 1];
        snprintf(entry->operation, NAME, "%s", operation);
        snprintf(entry->path, PATH, "%.*s", PATH - 1, path);
        entry->is_main_thread = gettid() == getpid();
        entry->has_failed = is_hit;
    }
    if (!is_hit)
        return 0;
    if (control->delay_ms) {
        struct timespec wait = {control->delay_ms / 1000, control->delay_ms % 1000 * 1000000L};
        nanosleep(&wait, NULL);
        errno = before;
        return 0;
    }
    errno = control->error;
    return 1;
}

static int fails_at(const char *operation, const char *path, enum kind kind) {
    return fails(operation, AT_FDCWD, path, kind);
}

static int fails_on(const char *operation, int descriptor, enum kind kind) {
    return descriptor > 2 && fails(operation, descriptor, "", kind);
}

#define REAL(result, name, parameters)                                                                                 \
    static result(*real) parameters;                                                                                   \
    if (!real)                                                                                                         \
        real = (result(*) parameters)dlsym(RTLD_NEXT, name)

static enum kind of_flags(int flags) { return OPENS | (flags & (O_CREAT | O_TRUNC) ? WRITES : READS); }

#define OPEN(function)                                                                                                 \
    int function(const char *path, int flags, ...) {                                                                   \
        REAL(int, #function, (const char *, int, ...));                                                                \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return fails_at("open", path, of_flags(flags)) ? -1 : real(path, flags, mode);                                 \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(function)                                                                                               \
    int function(int directory, const char *path, int flags, ...) {                                                    \
        REAL(int, #function, (int, const char *, int, ...));                                                           \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return fails("open", directory, path, of_flags(flags)) ? -1 : real(directory, path, flags, mode);              \
    }
OPENAT(openat)
OPENAT(openat64)

DIR *opendir(const char *path) {
    REAL(DIR *, "opendir", (const char *));
    return fails_at("opendir", path, READS | OPENS) ? NULL : real(path);
}

DIR *fdopendir(int descriptor) {
    REAL(DIR *, "fdopendir", (int));
    return fails_on("opendir", descriptor, READS) ? NULL : real(descriptor);
}

ssize_t read(int descriptor, void *data, size_t size) {
    REAL(ssize_t, "read", (int, void *, size_t));
    return fails_on("read", descriptor, READS) ? -1 : real(descriptor, data, size);
}

#define PREAD(function, offset_type)                                                                                   \
    ssize_t function(int descriptor, void *data, size_t size, offset_type at) {                                        \
        REAL(ssize_t, #function, (int, void *, size_t, offset_type));                                                  \
        return fails_on("read", descriptor, READS) ? -1 : real(descriptor, data, size, at);                            \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t write(int descriptor, const void *data, size_t size) {
    REAL(ssize_t, "write", (int, const void *, size_t));
    return fails_on("write", descriptor, WRITES) ? -1 : real(descriptor, data, size);
}

#define PWRITE(function, offset_type)                                                                                  \
    ssize_t function(int descriptor, const void *data, size_t size, offset_type at) {                                  \
        REAL(ssize_t, #function, (int, const void *, size_t, offset_type));                                            \
        return fails_on("write", descriptor, WRITES) ? -1 : real(descriptor, data, size, at);                          \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int descriptor, const struct iovec *data, int count) {
    REAL(ssize_t, "writev", (int, const struct iovec *, int));
    return fails_on("write", descriptor, WRITES) ? -1 : real(descriptor, data, count);
}

#define ON_DESCRIPTOR(function, kind)                                                                                  \
    int function(int descriptor) {                                                                                     \
        REAL(int, #function, (int));                                                                                   \
        return fails_on(#function, descriptor, kind) ? -1 : real(descriptor);                                          \
    }
ON_DESCRIPTOR(fsync, WRITES)
ON_DESCRIPTOR(fdatasync, WRITES)

#define TRUNCATE(function, offset_type)                                                                                \
    int function(int descriptor, offset_type size) {                                                                   \
        REAL(int, #function, (int, offset_type));                                                                      \
        return fails_on("truncate", descriptor, WRITES) ? -1 : real(descriptor, size);                                 \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int link(const char *old, const char *new) {
    REAL(int, "link", (const char *, const char *));
    return fails_at("link", new, WRITES) ? -1 : real(old, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    REAL(int, "linkat", (int, const char *, int, const char *, int));
    return fails("link", to, new, WRITES) ? -1 : real(from, old, to, new, flags);
}

int rename(const char *old, const char *new) {
    REAL(int, "rename", (const char *, const char *));
    return fails_at("rename", new, WRITES) ? -1 : real(old, new);
}

int renameat(int from, const char *old, int to, const char *new) {
    REAL(int, "renameat", (int, const char *, int, const char *));
    return fails("rename", to, new, WRITES) ? -1 : real(from, old, to, new);
}

int unlink(const char *path) {
    REAL(int, "unlink", (const char *));
    return fails_at("unlink", path, READS) ? -1 : real(path);
}

int unlinkat(int directory, const char *path, int flags) {
    REAL(int, "unlinkat", (int, const char *, int));
    return fails("unlink", directory, path, READS) ? -1 : real(directory, path, flags);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", (const char *, mode_t));
    return fails_at("mkdir", path, WRITES) ? -1 : real(path, mode);
}

int mkdirat(int directory, const char *path, mode_t mode) {
    REAL(int, "mkdirat", (int, const char *, mode_t));
    return fails("mkdir", directory, path, WRITES) ? -1 : real(directory, path, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(int, "chmod", (const char *, mode_t));
    return fails_at("chmod", path, READS) ? -1 : real(path, mode);
}

int fchmod(int descriptor, mode_t mode) {
    REAL(int, "fchmod", (int, mode_t));
    return fails_on("chmod", descriptor, READS) ? -1 : real(descriptor, mode);
}

#define STAT(function, type)                                                                                           \
    int function(const char *path, struct type *status) {                                                              \
        REAL(int, #function, (const char *, struct type *));                                                           \
        return fails_at("stat", path, READS) ? -1 : real(path, status);                                                \
    }
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)

#define FSTAT(function, type)                                                                                          \
    int function(int descriptor, struct type *status) {                                                                \
        REAL(int, #function, (int, struct type *));                                                                    \
        return fails_on("fstat", descriptor, READS) ? -1 : real(descriptor, status);                                   \
    }
FSTAT(fstat, stat)
FSTAT(fstat64, stat64)

#define FSTATAT(function, type)                                                                                        \
    int function(int directory, const char *path, struct type *status, int flags) {                                    \
        REAL(int, #function, (int, const char *, struct type *, int));                                                 \
        return fails("stat", directory, path, READS) ? -1 : real(directory, path, status, flags);                      \
    }
FSTATAT(fstatat, stat)
FSTATAT(fstatat64, stat64)

int statx(int directory, const char *restrict path, int flags, unsigned int mask, struct statx *restrict status) {
    REAL(int, "statx", (int, const char *, int, unsigned int, struct statx *));
    return fails("stat", directory, path, READS) ? -1 : real(directory, path, flags, mask, status);
}

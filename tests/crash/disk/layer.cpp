// The disk as the power finds it: preloaded (LD_PRELOAD) under the real server, this library writes down what has become
// durable of the files below one folder, so that disk.mjs can take away everything else afterwards. It also makes syncs
// fail or wait on demand.
//
//   TSUNAGI_DISK_WATCH    the folder, absolute and without symbolic links
//   TSUNAGI_DISK_JOURNAL  a folder on the same file system: `journal` grows here, `kept/` holds what was replaced or
//                         deleted, `order` (when it is there) says what goes wrong
//
// The journal outlives kill -9 as the page cache does. A line a fact, fields separated by tabs, paths below the folder:
//   hello PID                  the library works in this process
//   create PATH                a new name;     mkdir PATH;     link FROM TO
//   rename FROM TO KEPT        what TO was before is kept/KEPT, or there was nothing: `-`
//   unlink PATH KEPT
//   not done                   the last of these did not happen
//   folder PATH                a folder was synced: the names in it are durable
//   sync PATH BYTES            a file was synced when it was that long
//   unsynced PATH BYTES        it could not be: what was not synced before never will be, though it can still be read
//   cut PATH BYTES             a file was shortened
//   held PATH                  a sync waits, as ordered
//   unknown CALL PATH          something this library does not follow: whatever was tested is void
//
// What changes names is written before it is done, what becomes durable after: killed between the two, the journal promises
// too little, never too much. sync_file_range(2) promises nothing, as its manual says, and is not followed. Files only grow
// here, as all of RocksDB's do: writing over what is there is `unknown`.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace {

constexpr int new_file_mode = 0600;
constexpr useconds_t look_again_us = 1'000;
constexpr std::string_view gone = " (deleted)";  // as the kernel ends the name of an open file that has none any more

template <class Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

using Open = int(const char*, int, ...);
using OpenStream = FILE*(const char*, const char*);
using OnePath = int(const char*);
using TwoPaths = int(const char*, const char*);
using Sync = int(int);

Open* real_open() { static auto* const call = next<Open>("open"); return call; }

struct Layer {
    std::string watched;  // empty: this process is not looked at
    std::string folder;
    int journal = -1;
    std::mutex names;  // the journal has changes of names, and syncs of folders, in the order they happened
    std::mutex orders;
    std::atomic<unsigned> kept{0};

    Layer()
    {
        const char* const watch = std::getenv("TSUNAGI_DISK_WATCH");
        const char* const where = std::getenv("TSUNAGI_DISK_JOURNAL");
        if (watch == nullptr || where == nullptr) return;
        folder = where;
        journal = real_open()((folder + "/journal").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, new_file_mode);
        if (journal < 0) std::abort();  // a test of nothing
        watched = std::string(watch);
        tell({"hello", std::to_string(getpid())});
    }

    void tell(std::initializer_list<std::string_view> fields) const
    {
        const int error = errno;
        std::string line;
        for (const auto field : fields) (line += line.empty() ? "" : "\t") += field;
        line += '\n';
        if (syscall(SYS_write, journal, line.data(), line.size()) != static_cast<long>(line.size())) std::abort();
        errno = error;
    }
};

Layer& layer()
{
    static Layer& only = *new Layer;  // still there while others are destroyed
    return only;
}

// Called by whatever program this is loaded into, before its first line.
[[maybe_unused]] const bool says_hello = (layer(), true);

/// `path` below the watched folder (`.` is the folder itself), or nothing.
std::optional<std::string> below(const std::filesystem::path& path)
{
    const auto& watched = layer().watched;
    if (watched.empty()) return std::nullopt;
    const std::string name = (path.is_absolute() ? path : std::filesystem::current_path() / path).lexically_normal().string();
    if (!name.starts_with(watched)) return std::nullopt;
    if (name.size() == watched.size()) return ".";
    if (name[watched.size()] != '/') return std::nullopt;
    return name.size() == watched.size() + 1 ? "." : name.substr(watched.size() + 1);
}

std::optional<std::string> below(int file)
{
    if (layer().watched.empty()) return std::nullopt;
    char name[4096];
    const auto bytes = readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), name, sizeof name);
    if (bytes <= 0) return std::nullopt;
    const std::string_view path(name, static_cast<std::size_t>(bytes));
    return path.ends_with(gone) ? std::nullopt : below(std::filesystem::path(path));
}

std::optional<std::string> below(int folder, const char* path)
{
    if (folder == AT_FDCWD || path[0] == '/') return below(std::filesystem::path(path));
    const auto parent = below(folder);
    return parent ? std::optional(*parent + "/" + path) : std::nullopt;
}

bool exists(const char* path)
{
    struct stat found {};
    return lstat(path, &found) == 0;
}

/// Keeps what is at `path` alive under another name; `-` when there is nothing.
std::string keep(const char* path)
{
    if (!exists(path)) return "-";
    auto name = std::to_string(getpid()) + "-" + std::to_string(++layer().kept);
    static auto* const real_link = next<TwoPaths>("link");
    if (real_link(path, (layer().folder + "/kept/" + name).c_str()) != 0) std::abort();
    return name;
}

/// The outcome of a change of names that was written down before.
int done(int outcome)
{
    if (outcome != 0) layer().tell({"not done"});
    return outcome;
}

bool is_open(int file) { return file >= 0; }
bool is_open(const FILE* stream) { return stream != nullptr; }

template <class Real>
auto open_or_create(const std::filesystem::path& path, bool creates, bool empties, Real real)
{
    const auto name = creates || empties ? below(path) : std::nullopt;
    if (!name) return real();
    const std::lock_guard lock(layer().names);
    const bool new_name = creates && !exists(path.c_str());
    if (new_name) layer().tell({"create", *name});
    const auto opened = real();
    if (new_name && !is_open(opened)) layer().tell({"not done"});
    if (!new_name && empties && is_open(opened)) layer().tell({"cut", *name, "0"});
    return opened;
}

// ---------------------------------------------------------------------------- syncs, and what goes wrong with them

/// `order` is one line: `hold SUFFIX`, `lie SUFFIX`, or `fail ERRNO SUFFIX TIMES`, for syncs of files whose names end so.
struct Order {
    std::string what, suffix;
    int error = 0, times = 0;
};

std::optional<Order> order_for(std::string_view name)
{
    char text[256];
    const int file = real_open()((layer().folder + "/order").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    const auto bytes = read(file, text, sizeof text);
    close(file);
    if (bytes <= 0) return std::nullopt;
    std::istringstream words(std::string(text, static_cast<std::size_t>(bytes)));
    Order order;
    words >> order.what;
    if (order.what == "fail") words >> order.error >> order.suffix >> order.times;
    else words >> order.suffix;
    return name.ends_with(order.suffix) ? std::optional(order) : std::nullopt;
}

void fulfilled_once(Order order)
{
    const auto path = layer().folder + "/order";
    static auto* const real_unlink = next<OnePath>("unlink");
    static auto* const real_rename = next<TwoPaths>("rename");
    if (--order.times == 0) {
        real_unlink(path.c_str());
        return;
    }
    const auto line = "fail " + std::to_string(order.error) + " " + order.suffix + " " + std::to_string(order.times) + "\n";
    const int file = real_open()((path + ".next").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, new_file_mode);
    if (file < 0 || syscall(SYS_write, file, line.data(), line.size()) != static_cast<long>(line.size())) std::abort();
    close(file);
    real_rename((path + ".next").c_str(), path.c_str());
}

constexpr int lie = -1;  // say it is synced, and do nothing

/// Waits as long as it is ordered; then the errno this sync shall fail with, 0, or `lie`.
int obey(const std::string& name)
{
    for (bool told = false;;) {
        {
            const std::lock_guard lock(layer().orders);
            const auto order = order_for(name);
            if (!order) return 0;
            if (order->what == "fail") {
                fulfilled_once(*order);
                return order->error;
            }
            if (order->what == "lie") return lie;
        }
        if (!told) layer().tell({"held", name});
        told = true;
        usleep(look_again_us);
    }
}

int sync_file(int file, Sync* real)
{
    const auto name = below(file);
    if (!name) return real(file);
    struct stat about {};
    if (fstat(file, &about) != 0) return -1;
    if (S_ISDIR(about.st_mode)) {
        const std::lock_guard lock(layer().names);
        const int outcome = real(file);
        if (outcome == 0) layer().tell({"folder", *name});
        return outcome;
    }
    const int ordered = obey(*name);
    if (ordered == lie) return 0;
    fstat(file, &about);  // before the sync: what is appended meanwhile may not be part of it
    const int outcome = ordered == 0 ? real(file) : -1;
    if (ordered != 0) errno = ordered;
    layer().tell({outcome == 0 ? "sync" : "unsynced", *name, std::to_string(about.st_size)});
    return outcome;
}

void unknown(std::string_view call, const std::optional<std::string>& name)
{
    if (name) layer().tell({"unknown", call, *name});
}

/// Whether writing to `file` where it stands would change bytes that are there already.
bool writes_over(int file)
{
    if (layer().watched.empty()) return false;
    const auto at = lseek(file, 0, SEEK_CUR);
    struct stat about {};
    return at >= 0 && fstat(file, &about) == 0 && S_ISREG(about.st_mode) && at < about.st_size && (fcntl(file, F_GETFL) & O_APPEND) == 0;
}

}  // namespace

// ---------------------------------------------------------------------------- the calls that are followed

extern "C" {

#define TSUNAGI_OPEN(name)                                                                                             \
    int name(const char* path, int flags, ...)                                                                         \
    {                                                                                                                  \
        static auto* const real = next<Open>(#name);                                                                   \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;                                         \
        va_end(rest);                                                                                                  \
        return open_or_create(path, (flags & O_CREAT) != 0, (flags & O_TRUNC) != 0,                                    \
                              [&] { return real(path, flags, mode); });                                                \
    }
TSUNAGI_OPEN(open)
TSUNAGI_OPEN(open64)

#define TSUNAGI_FOPEN(name)                                                                                            \
    FILE* name(const char* path, const char* mode)                                                                     \
    {                                                                                                                  \
        static auto* const real = next<OpenStream>(#name);                                                             \
        return open_or_create(path, mode[0] != 'r', mode[0] == 'w', [&] { return real(path, mode); });                 \
    }
TSUNAGI_FOPEN(fopen)
TSUNAGI_FOPEN(fopen64)

int fsync(int file)
{
    static auto* const real = next<Sync>("fsync");
    return sync_file(file, real);
}
int fdatasync(int file)
{
    static auto* const real = next<Sync>("fdatasync");
    return sync_file(file, real);
}

int rename(const char* from, const char* to) noexcept
{
    static auto* const real = next<TwoPaths>("rename");
    const auto old_name = below(std::filesystem::path(from));
    const auto new_name = below(std::filesystem::path(to));
    if (!old_name && !new_name) return real(from, to);
    if (!old_name || !new_name) unknown("rename", old_name ? old_name : new_name);
    const std::lock_guard lock(layer().names);
    layer().tell({"rename", old_name.value_or("?"), new_name.value_or("?"), keep(to)});
    return done(real(from, to));
}
int link(const char* from, const char* to) noexcept
{
    static auto* const real = next<TwoPaths>("link");
    const auto name = below(std::filesystem::path(to));
    if (!name) return real(from, to);
    const std::lock_guard lock(layer().names);
    layer().tell({"link", below(std::filesystem::path(from)).value_or("?"), *name});
    return done(real(from, to));
}
int unlink(const char* path) noexcept
{
    static auto* const real = next<OnePath>("unlink");
    const auto name = below(std::filesystem::path(path));
    if (!name || !exists(path)) return real(path);
    const std::lock_guard lock(layer().names);
    layer().tell({"unlink", *name, keep(path)});
    return done(real(path));
}
int remove(const char* path) noexcept
{
    static auto* const real = next<OnePath>("remove");
    return below(std::filesystem::path(path)) ? unlink(path) : real(path);
}
int mkdir(const char* path, mode_t mode) noexcept
{
    static auto* const real = next<int(const char*, mode_t)>("mkdir");
    const auto name = below(std::filesystem::path(path));
    if (!name || exists(path)) return real(path, mode);
    const std::lock_guard lock(layer().names);
    layer().tell({"mkdir", *name});
    return done(real(path, mode));
}

int ftruncate(int file, off_t bytes) noexcept
{
    static auto* const real = next<int(int, off_t)>("ftruncate");
    const int outcome = real(file, bytes);
    if (const auto name = below(file); outcome == 0 && name) layer().tell({"cut", *name, std::to_string(bytes)});
    return outcome;
}

// ---------------------------------------------------------------------------- the calls that must not happen

ssize_t write(int file, const void* bytes, size_t count)
{
    static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
    if (writes_over(file)) unknown("write", below(file));
    return real(file, bytes, count);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at)
{
    static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    unknown("pwrite", below(file));
    return real(file, bytes, count, at);
}
void* mmap(void* where, size_t bytes, int protection, int flags, int file, off_t at) noexcept
{
    // Not through `next`: whoever looks up symbols maps files.
    if (file >= 0 && (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0) unknown("mmap", below(file));
    return reinterpret_cast<void*>(syscall(SYS_mmap, where, bytes, protection, flags, file, at));
}
int rmdir(const char* path) noexcept
{
    static auto* const real = next<OnePath>("rmdir");
    unknown("rmdir", below(std::filesystem::path(path)));
    return real(path);
}
int truncate(const char* path, off_t bytes) noexcept
{
    static auto* const real = next<int(const char*, off_t)>("truncate");
    unknown("truncate", below(std::filesystem::path(path)));
    return real(path, bytes);
}
int renameat(int old_folder, const char* from, int new_folder, const char* to) noexcept
{
    static auto* const real = next<int(int, const char*, int, const char*)>("renameat");
    unknown("renameat", below(new_folder, to));
    return real(old_folder, from, new_folder, to);
}
int unlinkat(int folder, const char* path, int flags) noexcept
{
    static auto* const real = next<int(int, const char*, int)>("unlinkat");
    unknown("unlinkat", below(folder, path));
    return real(folder, path, flags);
}
int openat(int folder, const char* path, int flags, ...)
{
    static auto* const real = next<int(int, const char*, int, ...)>("openat");
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if ((flags & (O_CREAT | O_TRUNC)) != 0) unknown("openat", below(folder, path));
    return real(folder, path, flags, mode);
}

}  // extern "C"

// Writes files the way the words on its command line say, for the disk's own test: what must survive is known beforehand.
//
//   writer append FILE WORD     appends WORD           writer rename FROM TO     writer unlink FILE
//   writer sync FILE            fdatasync              writer folder DIR         fsync of the folder
//   writer overwrite FILE WORD  writes over its beginning
// Steps are joined by `then`. A step that fails is said on stdout (`sync FILE: Input/output error`) and the next one follows.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

namespace {

constexpr int new_file_mode = 0644;

int in_file(const char* path, int flags, auto what)
{
    const int file = open(path, flags, new_file_mode);
    if (file < 0) return -1;
    const int outcome = static_cast<int>(what(file));
    const int error = errno;
    close(file);
    errno = error;
    return outcome;
}

int step(std::span<char*> words)
{
    const std::string_view what = words[0];
    const char* const path = words[1];
    const std::string_view other = words.size() > 2 ? words[2] : "";
    const auto write_other = [&](int file) { return write(file, other.data(), other.size()); };
    if (what == "append") return in_file(path, O_WRONLY | O_CREAT | O_APPEND, write_other);
    if (what == "overwrite") return in_file(path, O_WRONLY, write_other);
    if (what == "sync") return in_file(path, O_WRONLY, fdatasync);
    if (what == "folder") return in_file(path, O_RDONLY | O_DIRECTORY, fsync);
    if (what == "rename") return std::rename(path, other.data());
    if (what == "unlink") return unlink(path);
    std::fprintf(stderr, "writer: no such step: %s\n", words[0]);
    return -1;
}

}  // namespace

int main(int count, char** words)
{
    for (int begin = 1; begin < count;) {
        int end = begin;
        while (end < count && std::string_view(words[end]) != "then") ++end;
        if (end - begin < 2) return 2;
        if (step({words + begin, words + end}) < 0) std::printf("%s %s: %s\n", words[begin], words[begin + 1], std::strerror(errno));
        begin = end + 1;
    }
    return 0;
}

// What the engine says of itself, where the disk has no room for that either.
#include "server/store/rocks_log.h"
#include "tests/unit/store/whole_message.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace tsunagi::store;
using namespace tsunagi::store::testing;

namespace fs = std::filesystem;

namespace {

/// Says it as RocksDB does: through the level, with values.
void say(RocksLog& log, const char* format, ...)
{
    va_list values;
    va_start(values, format);
    log.rocksdb::Logger::Logv(rocksdb::InfoLogLevel::WARN_LEVEL, format, values);
    va_end(values);
}

std::string text_of(const fs::path& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("disk full: the engine's own lines find no room either, are lost, and the store goes on")
{
    Bed bed;
    bed.close();
    fs::remove(bed.options.path / "LOG");
    fs::create_symlink("/dev/full", bed.options.path / "LOG");
    bed.open();
    for (int round = 0; round < 3; ++round) {
        const auto name = std::to_string(round);
        bed.disk->full(true);
        CHECK(bed.commit(message("too much " + name)).error() == CommitFailure::full);
        bed.disk->full(false);
        CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
        REQUIRE(bed.commit(message(name)).ok());
        CHECK(parts_found(bed, name) == 5);
    }
    CHECK(fs::is_symlink(bed.options.path / "LOG"));  // nobody else writes a log there
}

TEST_CASE("the engine's log: warnings with their time and without their values, for the owner's eyes, and never more than two files of it")
{
    Bed bed;
    const auto folder = bed.path / "log";
    fs::create_directories(folder);
    {
        RocksLog before(folder);
        CHECK_FALSE(fs::exists(folder / "LOG"));
        say(before, "before the restart");
    }
    RocksLog log(folder);
    say(log, "table %d: %s", 7, "damaged at key U0123456789");
    CHECK(text_of(folder / "LOG").find("before the restart\n") != std::string::npos);
    CHECK(text_of(folder / "LOG").ends_with("Z [WARN] table %d: %s\n"));  // whose key it was is nobody's business
    CHECK(fs::status(folder / "LOG").permissions() == (fs::perms::owner_read | fs::perms::owner_write));

    const std::string much(400, 'x');
    for (int i = 0; i < 25'000; ++i) say(log, much.c_str());
    const auto line_bytes_at_most = 500u;
    CHECK(fs::file_size(folder / "LOG") < RocksLog::bytes_max + line_bytes_at_most);
    CHECK(fs::file_size(folder / "LOG.old") < RocksLog::bytes_max + line_bytes_at_most);
}

// A small disk fills up in the middle of whatever the engine is writing: its log, a table, its list of tables. Wherever that is, what was
// promised is there, nothing else is half there, and the engine goes on when there is room.
#include "tests/unit/store/whole_message.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace tsunagi::store;
using namespace tsunagi::store::testing;

namespace {

constexpr std::uint64_t smallest_bytes = 300'000;
constexpr std::uint64_t step_bytes = 38'011;              // prime: another place in the files each time
constexpr int disks = 8;                                  // two seconds each: after a table that failed RocksDB 7.8 waits before it closes
constexpr std::uint64_t room_to_reopen_bytes = 9u << 20;  // just more than the store asks for before it opens its files again
constexpr int messages_max = 1'000;

/// With a part that no compression makes smaller.
Batch long_message(const std::string& name)
{
    std::minstd_rand letters(static_cast<unsigned>(name.size() * 31 + name.back()));
    std::string noise(40'000, ' ');
    for (auto& letter : noise) letter = static_cast<char>(letters() >> 8U);
    Batch batch = message(name);
    batch.writes.push_back({Space::media, name, std::move(noise)});
    return batch;
}

/// Fills the disk; adds what was promised to `kept`.
void write_until_refused(Bed& bed, std::set<std::string>& kept, int& written)
{
    for (const int last = written + messages_max; written < last; ++written) {
        const auto name = std::to_string(written);
        if (!bed.commit(long_message(name)).ok()) return;
        kept.insert(name);
    }
    FAIL("the disk never filled up");
}

void check_all(Bed& bed, const std::set<std::string>& kept, int written)
{
    for (int i = 0; i < written; ++i) {
        const auto name = std::to_string(i);
        const int parts = parts_found(bed, name);
        if (kept.contains(name)) CHECK(parts == 5);
        else CHECK((parts == 0 || parts == 5));  // refused in the middle of a write, it may come back, but whole
    }
}

}  // namespace

TEST_CASE("a small disk: full at any byte, twice, then with room, then without power")
{
    for (int disk = 0; disk < disks; ++disk) {
        CAPTURE(disk);
        Bed bed;
        bed.close();
        bed.options.write_buffers_bytes = 256u << 10;
        bed.open();
        std::set<std::string> kept;
        int written = 0;

        const auto bytes = smallest_bytes + static_cast<std::uint64_t>(disk) * step_bytes;
        bed.disk->holds(bytes);
        write_until_refused(bed, kept, written);
        ++written;
        CHECK_FALSE(bed.store->trouble().empty());

        bed.disk->holds(bytes + room_to_reopen_bytes + static_cast<std::uint64_t>(disk) * step_bytes);
        CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
        write_until_refused(bed, kept, written);
        ++written;

        bed.disk->holds({});
        CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
        REQUIRE(bed.commit(long_message("after")).ok());
        check_all(bed, kept, written);
        bed.crash();
        check_all(bed, kept, written);
        CHECK(parts_found(bed, "after") == 5);
    }
}

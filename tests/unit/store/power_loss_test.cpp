// What becomes of people's words when the power fails or the server is started again.
#include "tests/unit/store/whole_message.h"

#include <doctest/doctest.h>

#include <thread>

using namespace tsunagi;
using namespace tsunagi::store;
using namespace tsunagi::store::testing;

TEST_CASE("power loss: every answered batch is there afterwards, whole")
{
    Bed bed;
    bed.faults.forgive_torn_log = false;  // nothing may be torn: what was answered ends where the log ends
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20; ++i) bed.begin(message(std::to_string(round) + "-" + std::to_string(i)));
        for (const auto& answer : bed.finish()) REQUIRE(answer.ok());
        bed.crash();
        for (int i = 0; i < 20; ++i) CHECK(parts_found(bed, std::to_string(round) + "-" + std::to_string(i)) == 5);
    }
    CHECK(parts_found(bed, "0-0") == 5);
}

TEST_CASE("power loss: a batch nobody was told of may be gone, but never half of it is there")
{
    int gone = 0;
    int whole = 0;
    for (const std::uint64_t torn_bytes : {0, 1, 7, 40, 300, 700, 1'000, 1'300, 1'500, 100'000}) {
        CAPTURE(torn_bytes);
        Bed bed;
        REQUIRE(bed.commit(message("answered")).ok());
        bed.disk->hold_syncs(true);
        bed.begin(message("unanswered"));
        bed.disk->await_held_sync();
        bed.crash(torn_bytes);
        CHECK(bed.finish()[0].error() == CommitFailure::unavailable);
        CHECK(parts_found(bed, "answered") == 5);
        const int parts = parts_found(bed, "unanswered");
        CHECK((parts == 0 || parts == 5));
        ++(parts == 0 ? gone : whole);
        // And the store goes on from there.
        REQUIRE(bed.commit(message("later")).ok());
        bed.reopen();
        CHECK(parts_found(bed, "later") == 5);
    }
    // Otherwise this test would not have looked at both ends.
    CHECK(gone > 0);
    CHECK(whole > 0);
}

TEST_CASE("power loss after a restart: what the restart found in the log stays, though nobody had synced it")
{
    Bed bed;
    REQUIRE(bed.commit(message("answered")).ok());
    bed.disk->hold_syncs(true);
    bed.begin(message("in memory"));
    bed.disk->await_held_sync();
    bed.kill();
    bed.finish();
    REQUIRE(parts_found(bed, "in memory") == 5);  // whoever sends it again is told that it is known
    bed.crash();
    CHECK(parts_found(bed, "answered") == 5);
    CHECK(parts_found(bed, "in memory") == 5);
}

TEST_CASE("power loss after a failed sync and a restart: what can be read then is on the disk, too")
{
    Bed bed;
    REQUIRE(bed.commit(message("answered")).ok());
    bed.disk->fail_sync(true);
    CHECK_FALSE(bed.commit(message("refused")).ok());
    bed.kill();
    bed.disk->fail_sync(false);
    const int parts = parts_found(bed, "refused");
    CHECK((parts == 0 || parts == 5));
    bed.crash();
    CHECK(parts_found(bed, "answered") == 5);
    CHECK(parts_found(bed, "refused") == parts);
}

TEST_CASE("restart: numbers of commits go on, so that no version is ever given twice")
{
    Bed bed;
    Version last = absent;
    for (int round = 0; round < 4; ++round) {
        const auto answer = bed.commit(put("hana", std::to_string(round)));
        REQUIRE(answer.ok());
        CHECK(answer->version > last);
        last = answer->version;
        if (round % 2 == 0) bed.reopen();
        else bed.crash();
        CHECK(bed.get(Space::person, "hana")->version == last);
    }
}

TEST_CASE("restart: closing commits what waits and answers it")
{
    Bed bed;
    bed.disk->hold_syncs(true);
    bed.begin(put("first", "x"));
    bed.disk->await_held_sync();
    bed.begin(put("second", "x"));
    std::thread closing([&bed] { bed.close(); });
    bed.disk->hold_syncs(false);
    closing.join();
    for (const auto& answer : bed.finish()) CHECK(answer.ok());
    bed.open();
    CHECK(bed.bytes(Space::person, "second") == "x");
}

#include "server/store/retention.h"

#include "bot/base/ulid.h"
#include "server/store/keys.h"
#include "server/store/records.h"
#include "tests/support/memory_store.h"
#include "tests/support/run.h"
#include "tests/unit/store/store_fixture.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::store;
using namespace tsunagi::store::testing;
using namespace std::chrono;

namespace {

const DeskId this_desk{"mirai"};
const DeskId other{"other"};
const TimePoint now = sys_days{2026y / 11 / 22} + 12h;

EventId id_dated(TimePoint at, std::uint8_t number = 0)
{
    UlidBits bits{};
    bits[9] = number;
    return EventId{make_ulid(at, bits)};
}

/// Takes an event whose id says `dated` and which reached us at `received_at`.
std::string take(Bed& bed, const DeskId& desk, const EventId& event, TimePoint received_at)
{
    Batch batch;
    std::string key = event_key(desk, event);
    batch.writes.push_back({Space::event, key, encode(EventTaken{received_at})});
    REQUIRE(bed.commit(std::move(batch)).ok());
    return key;
}

}  // namespace

TEST_CASE("retention: ids older than a week are forgotten, younger ones never, whatever the clock of the phone said")
{
    Bed bed;
    const auto old = take(bed, this_desk, id_dated(now - days{8}), now - days{8});
    const auto just_old = take(bed, this_desk, id_dated(now - days{7} - 1s), now - days{7} - 1s);
    const auto young = take(bed, this_desk, id_dated(now - days{7} + 1s), now - days{7} + 1s);
    const auto today = take(bed, this_desk, id_dated(now), now);
    const auto slow_phone = take(bed, this_desk, id_dated(now - days{400}), now - days{1});  // must still be known tomorrow
    const auto fast_phone = take(bed, this_desk, id_dated(now + days{400}), now - days{8});
    const auto fast_phone_today = take(bed, this_desk, id_dated(now + days{400}, 1), now);
    const auto undated_old = take(bed, this_desk, EventId{"derived-1"}, now - days{8});
    const auto undated_young = take(bed, this_desk, EventId{"derived-2"}, now - days{6});
    const auto elsewhere = take(bed, other, id_dated(now - days{8}), now - days{8});

    const auto command_of = [&](TimePoint at) {
        Batch batch;
        std::string key = command_key(this_desk, CounselorId{"tanaka"}, id_dated(at).text);
        batch.writes.push_back({Space::event, key, encode(CommandResult{200, {}, at})});
        REQUIRE(bed.commit(std::move(batch)).ok());
        return key;
    };
    const auto old_command = command_of(now - days{9});
    const auto young_command = command_of(now - days{2});

    CHECK(bed.run(forget_old_events(*bed.store, this_desk, now)) == 5);
    for (const auto& gone : {old, just_old, fast_phone, undated_old, old_command}) CHECK(bed.bytes(Space::event, gone) == "-");
    for (const auto& kept : {young, today, slow_phone, fast_phone_today, undated_young, elsewhere, young_command})
        CHECK(bed.bytes(Space::event, kept) != "-");
    CHECK(bed.run(forget_old_events(*bed.store, this_desk, now)) == 0);
}

TEST_CASE("retention: a busy week is forgotten page by page; a full disk only puts it off")
{
    Bed bed;
    Batch week;
    for (int i = 0; i < 1'700; ++i) {
        UlidBits bits{};
        bits[8] = static_cast<std::uint8_t>(i >> 8);
        bits[9] = static_cast<std::uint8_t>(i);
        const EventId event{make_ulid(now - days{10}, bits)};
        week.writes.push_back({Space::event, event_key(this_desk, event), encode(EventTaken{now - days{10}})});
    }
    REQUIRE(bed.commit(std::move(week)).ok());

    bed.disk->full(true);
    CHECK(bed.run(forget_old_events(*bed.store, this_desk, now)) == 0);
    bed.disk->full(false);
    REQUIRE(comes_true([&] { return bed.store->trouble().empty(); }));
    CHECK(bed.run(forget_old_events(*bed.store, this_desk, now)) == 1'700);
    CHECK(bed.scan(events_of_days(this_desk, 0, undated)).empty());
}

TEST_CASE("retention: a row that changes while it is looked at stays, with its page; the next page goes all the same")
{
    tsunagi::testing::MemoryStore store;
    net::io_context context;
    Batch batch;
    for (int number = 100; number < 700; ++number) batch.writes.push_back({Space::session, "k" + std::to_string(number), "old"});
    REQUIRE(store.apply(batch).ok());
    bool is_used_meanwhile = false;
    std::function<bool(const Row&)> is_over = [&](const Row&) {
        if (!std::exchange(is_used_meanwhile, true)) store.put_back(Space::session, "k100", Value{"new", 99});
        return true;
    };
    const auto range = starting_with(Space::session, "k");
    const auto page_rows = 500u;
    CHECK(tsunagi::testing::run_on(context, forget_where(store, range, is_over)) == 600 - page_rows);
    CHECK(store.read(Space::session, "k100")->bytes == "new");
    CHECK_FALSE(store.read(Space::session, "k699"));
    CHECK(tsunagi::testing::run_on(context, forget_where(store, range, [](const Row& row) { return row.value.bytes == "old"; })) == page_rows - 1);
    CHECK(store.read(Space::session, "k100").has_value());
}

#include "server/store/keys.h"
#include "tests/unit/store/store_fixture.h"

#include <doctest/doctest.h>

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace tsunagi;
using namespace tsunagi::store;
using namespace tsunagi::store::testing;

namespace {

std::vector<std::string> keys_of(const std::vector<Row>& rows)
{
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(row.key);
    return keys;
}

}  // namespace

TEST_CASE("store: a committed value is read with its version, a deleted one is absent")
{
    Bed bed;
    const auto first = bed.commit(put("hana", "one"));
    REQUIRE(first.ok());
    const auto value = bed.get(Space::person, "hana");
    REQUIRE(value.has_value());
    CHECK(value->bytes == "one");
    CHECK(value->version == first->version);
    CHECK(first->version != absent);

    const auto second = bed.commit(put("hana", ""));
    REQUIRE(second.ok());
    CHECK(second->sequence > first->sequence);
    CHECK(bed.bytes(Space::person, "hana") == "");
    CHECK(bed.get(Space::identity, "hana") == std::nullopt);  // another space, another table

    Batch forget;
    forget.writes.push_back({Space::person, "hana", std::nullopt});
    REQUIRE(bed.commit(std::move(forget)).ok());
    CHECK_FALSE(bed.get(Space::person, "hana").has_value());
}

TEST_CASE("store: a row that another one names is found through it, in memory and on the disk")
{
    Bed bed;
    REQUIRE(bed.commit(put("door", "hana")).ok());
    REQUIRE(bed.commit(put("door to nobody", "nobody")).ok());
    REQUIRE(bed.commit(put("hana", "one")).ok());
    const Naming naming = [](const Value& value) {
        if (value.bytes == "one") throw std::runtime_error("not a door");
        return RowName{Space::person, value.bytes};
    };
    for (const bool from_disk : {false, true}) {
        CAPTURE(from_disk);
        if (from_disk) bed.reopen();
        const auto hers = bed.run(bed.store->get_named(Space::person, "door", naming));
        REQUIRE((hers && *hers));
        CHECK((*hers)->bytes == "one");
        CHECK((*hers)->version == bed.get(Space::person, "hana")->version);
        if (from_disk) bed.reopen();
        const auto nobodys = bed.run(bed.store->get_named(Space::person, "door to nobody", naming));
        CHECK((nobodys && !*nobodys));
        CHECK_FALSE(bed.run(bed.store->get_named(Space::person, "no door", naming)));
        if (from_disk) bed.reopen();
        CHECK_THROWS_WITH(bed.run(bed.store->get_named(Space::person, "hana", naming)), "not a door");
    }
}

TEST_CASE("store: a scan is in byte order, ends before its end, and goes backwards")
{
    Bed bed;
    for (const auto* key : {"b", "d", "a", "c", "\xFF"}) REQUIRE(bed.commit(put(key, key)).ok());
    using Keys = std::vector<std::string>;
    CHECK(keys_of(bed.scan({Space::person, "a", "d"})) == Keys{"a", "b", "c"});
    CHECK(keys_of(bed.scan({Space::person, "a", "d", 2})) == Keys{"a", "b"});
    CHECK(keys_of(bed.scan({Space::person, "a", "d", 2, true})) == Keys{"c", "b"});
    CHECK(keys_of(bed.scan({Space::person, "bb", "\xFF\xFF", 1'000, true})) == Keys{"\xFF", "d", "c"});
    CHECK(bed.scan({Space::person, "d", "a"}).empty());
    CHECK(bed.scan({Space::person, "a", "a"}).empty());
    CHECK(bed.scan({Space::identity, "a", "z"}).empty());
    CHECK(bed.scan({Space::person, "a", "z"})[0].value.version != absent);
    CHECK_THROWS_AS(bed.scan({Space::person, "a", "z", scan_limit_max + 1}), std::invalid_argument);
}

TEST_CASE("store: a batch whose promise does not hold changes nothing at all")
{
    Bed bed;
    const auto first = bed.commit(put("hana", "one"));
    REQUIRE(first.ok());
    REQUIRE(bed.commit(put_if("hana", first->version, "two")).ok());

    auto late = put_if("hana", first->version, "three");
    late.writes.push_back({Space::entry, "log", "three"});
    CHECK(bed.commit(std::move(late)).error() == CommitFailure::conflict);
    CHECK(bed.bytes(Space::person, "hana") == "two");
    CHECK(bed.bytes(Space::entry, "log") == "-");
    CHECK(bed.commit(put_if("hana", absent, "four")).error() == CommitFailure::conflict);
    CHECK(bed.commit(put_if("yuki", 1, "four")).error() == CommitFailure::conflict);
}

TEST_CASE("store: what waits while a sync runs shares the next one, and a conflict strikes one batch alone")
{
    Bed bed;
    const auto known = bed.commit(put("hana", "one"));
    REQUIRE(known.ok());
    const auto syncs_before = bed.disk->log_syncs();

    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    bed.begin(put_if("hana", known->version, "first"));   // wins
    bed.begin(put_if("hana", known->version, "second"));  // meets the first one inside the group
    bed.begin(put("yuki", "neighbour"));
    Batch forget = put_if("yuki", absent, "no");           // the neighbour is not in the database yet, only in the group
    bed.begin(std::move(forget));
    bed.disk->hold_syncs(false);

    const auto answers = bed.finish();
    CHECK(answers[0].ok());
    CHECK(answers[1].ok());
    CHECK(answers[2].error() == CommitFailure::conflict);
    CHECK(answers[3].ok());
    CHECK(answers[4].error() == CommitFailure::conflict);
    CHECK(bed.bytes(Space::person, "hana") == "first");
    CHECK(bed.get(Space::person, "hana")->version == answers[1]->version);
    CHECK(bed.bytes(Space::person, "yuki") == "neighbour");
    CHECK(bed.disk->log_syncs() == syncs_before + 2);
}

TEST_CASE("store: who is slow to end its round holds up nobody on another thread, and is answered when it comes to it")
{
    Bed bed;
    net::io_context slow;
    struct Keeps {
        static net::awaitable<bool> hers(Store& store)
        {
            Batch batch;
            batch.writes.push_back({Space::meta, "hers", "1"});
            const auto outcome = co_await store.commit(std::move(batch));
            co_return outcome.ok();
        }
    };
    bool kept = false;
    auto ended = [&kept](std::exception_ptr failure, bool outcome) { kept = !failure && outcome; };
    net::co_spawn(slow, Keeps::hers(*bed.store), std::move(ended));
    slow.run_one();  // it has handed in its batch; the end of its round waits behind it

    Batch ours;
    ours.writes.push_back({Space::meta, "ours", "1"});
    CHECK(bed.commit(std::move(ours)).ok());
    CHECK(bed.bytes(Space::meta, "ours") == "1");
    slow.run();
    CHECK(kept);
    CHECK(bed.bytes(Space::meta, "hers") == "1");
}

TEST_CASE("store: a key deleted inside the group counts as absent for the next batch of it")
{
    Bed bed;
    const auto known = bed.commit(put("hana", "one"));
    REQUIRE(known.ok());
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    Batch forget;
    forget.expects.push_back({Space::person, "hana", known->version});
    forget.writes.push_back({Space::person, "hana", std::nullopt});
    bed.begin(std::move(forget));
    bed.begin(put_if("hana", absent, "anew"));
    bed.disk->hold_syncs(false);
    const auto answers = bed.finish();
    CHECK(answers[1].ok());
    CHECK(answers[2].ok());
    CHECK(bed.bytes(Space::person, "hana") == "anew");
}

TEST_CASE("store: one event delivered many times at once is taken once")
{
    Bed bed;
    const auto key = event_key(DeskId{"mirai"}, EventId{"01JD0000000000000000000001"});
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    for (int delivery = 0; delivery < 50; ++delivery) {
        Batch batch = put("taken by", std::to_string(delivery));
        batch.expects.push_back({Space::event, key, absent});
        batch.writes.push_back({Space::event, key, "taken"});
        bed.begin(std::move(batch));
    }
    bed.disk->hold_syncs(false);
    const auto answers = bed.finish();
    CHECK(std::count_if(answers.begin() + 1, answers.end(), [](const auto& answer) { return answer.ok(); }) == 1);
    CHECK(bed.bytes(Space::person, "taken by") == "0");
}

TEST_CASE("store: watchers hear of commits in their order, only of those that happened, until their token is gone")
{
    Bed bed;
    std::mutex mutex;
    std::vector<Change> heard;
    std::promise<void> all;
    auto token = bed.store->watch([&](const Change& change) {
        const std::lock_guard lock(mutex);
        heard.push_back(change);
        if (change.notice.revision == 40) all.set_value();
    });
    const auto with_notice = [](std::string key, std::uint64_t revision) {
        Batch batch = put(std::move(key), "x");
        batch.notices.push_back({"mirai", "conversation", "c", revision});
        return batch;
    };
    for (std::uint64_t i = 1; i <= 40; ++i) {
        if (i == 20) {
            Batch conflicting = with_notice("never", 999);
            conflicting.expects.push_back({Space::person, "1", absent});
            bed.begin(std::move(conflicting));
        }
        bed.begin(with_notice(std::to_string(i), i));
    }
    const auto answers = bed.finish();
    all.get_future().wait();
    {
        const std::lock_guard lock(mutex);
        REQUIRE(heard.size() == 40);
        for (std::size_t i = 0; i < heard.size(); ++i) {
            CHECK(heard[i].notice.revision == i + 1);
            if (i > 0) CHECK(heard[i].sequence > heard[i - 1].sequence);
        }
        CHECK(heard.back().sequence == answers.back()->sequence);
    }
    token.reset();
    REQUIRE(bed.commit(with_notice("later", 41)).ok());
    bed.close();  // the committer's thread has ended: nothing can come any more
    CHECK(heard.size() == 40);
}

TEST_CASE("store: a watcher may end its own watch")
{
    Bed bed;
    std::shared_ptr<void> token;
    int calls = 0;
    token = bed.store->watch([&](const Change&) {
        ++calls;
        token.reset();
    });
    Batch batch = put("hana", "x");
    batch.notices = {{"mirai", "queue", "", 1}, {"mirai", "queue", "", 2}};
    REQUIRE(bed.commit(std::move(batch)).ok());
    bed.close();
    CHECK(calls == 1);
}

TEST_CASE("store: a coroutine goes on where it was, whatever it asked for")
{
    Bed bed;
    Batch many;
    for (int i = 0; i < 300; ++i) many.writes.push_back({Space::person, "p" + std::to_string(i), std::string(100, 'x')});
    REQUIRE(bed.commit(std::move(many)).ok());

    struct Asks {
        static net::awaitable<bool> all(Store& store, std::thread::id here)
        {
            bool stayed = true;
            for (int i = 0; i < 20; ++i) {
                Batch batch = put("mine" + std::to_string(i), "x");
                const auto outcome = co_await store.commit(std::move(batch));
                stayed = stayed && outcome.ok() && std::this_thread::get_id() == here;
                Range range{Space::person, "p", "q", 1'000};  // more than is tried in memory: from the pool
                const auto rows = co_await store.scan(std::move(range));
                stayed = stayed && rows.size() == 300 && std::this_thread::get_id() == here;
            }
            co_return stayed;
        }
    };
    struct Place {
        net::io_context context;
        std::atomic<bool> stayed{false};
        std::thread thread;
    };
    std::array<Place, 3> places;  // the contexts live longer than the store, as rocks_store.h asks
    for (auto& place : places) {
        place.thread = std::thread([&bed, &place] {
            auto ended = [&place](std::exception_ptr failure, bool answer) { place.stayed = !failure && answer; };
            net::co_spawn(place.context, Asks::all(*bed.store, std::this_thread::get_id()), std::move(ended));
            place.context.run();
        });
    }
    for (auto& place : places) place.thread.join();
    for (auto& place : places) CHECK(place.stayed);
    bed.close();
}

TEST_CASE("store: many people, read again after a restart, from memory and from disk")
{
    Bed bed;
    bed.close();
    bed.options.cache_bytes = 2u << 20;  // less than the data: most reads go to the disk
    bed.options.write_buffers_bytes = 1u << 20;
    bed.open();
    constexpr int people = 30'000;
    const auto name = [](int i) { return "p" + std::to_string(1'000'000 + i); };
    for (int i = 0; i < people;) {
        Batch batch;
        for (int row = 0; row < 1'000; ++row, ++i)
            batch.writes.push_back({Space::person, name(i), std::to_string(i) + std::string(100, 'x')});
        bed.begin(std::move(batch));
    }
    for (const auto& answer : bed.finish()) REQUIRE(answer.ok());
    bed.reopen();

    for (int i = 0; i < people; i += 97) CHECK(bed.bytes(Space::person, name(i)).starts_with(std::to_string(i) + "x"));
    CHECK_FALSE(bed.get(Space::person, "p0").has_value());
    int seen = 0;
    Range page{Space::person, "p", "q", 1'000};
    for (;;) {
        const auto rows = bed.scan(page);
        for (const auto& row : rows) CHECK(row.key == name(seen++));
        if (rows.size() < page.limit) break;
        page = resume_after(page, rows.back().key);
    }
    CHECK(seen == people);
}

TEST_CASE("store: a batch too large for a group still passes, and its neighbours do")
{
    Bed bed;
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    for (int i = 0; i < 3; ++i) bed.begin(put("photo" + std::to_string(i), std::string(5u << 20, 'p')));
    bed.begin(put("hana", "x"));
    bed.disk->hold_syncs(false);
    for (const auto& answer : bed.finish()) CHECK(answer.ok());
    CHECK(bed.bytes(Space::person, "photo2").size() == 5u << 20);
    CHECK(bed.bytes(Space::person, "hana") == "x");
}

TEST_CASE("store: no other user of the machine reads what people said, also where an older program left the folder open")
{
    namespace fs = std::filesystem;
    Bed bed;
    CHECK((fs::status(bed.options.path).permissions() & fs::perms::mask) == fs::perms::owner_all);
    bed.close();
    fs::permissions(bed.options.path, fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read | fs::perms::others_exec);
    bed.open();
    CHECK((fs::status(bed.options.path).permissions() & fs::perms::mask) == fs::perms::owner_all);
}

TEST_CASE("store: one folder, one process; and no newer program's folder")
{
    Bed bed;
    std::string why;
    try {
        open_rocks_store(bed.options);
    } catch (const StoreError& failure) {
        why = failure.what();
    }
    // Said in words of our own: RocksDB's may quote what is stored.
    CHECK(why == "cannot open " + bed.options.path.string() + ": another process has it open; stop that one first");

    Batch newer;
    newer.writes.push_back({Space::meta, meta_key("format"), "2"});
    REQUIRE(bed.commit(std::move(newer)).ok());
    bed.close();
    CHECK_THROWS_AS(open_rocks_store(bed.options), StoreError);

    RocksOptions nowhere;
    nowhere.path = "/proc/no/such/place";
    CHECK_THROWS_AS(open_rocks_store(nowhere), StoreError);
}

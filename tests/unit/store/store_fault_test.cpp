// What becomes of people's words when the disk is full or does not answer.
#include "tests/unit/store/whole_message.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

using namespace tsunagi;
using namespace tsunagi::store;
using namespace tsunagi::store::testing;

TEST_CASE("disk full: nothing is promised, the health page says why, and with room it goes on by itself")
{
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    CHECK(bed.store->trouble().empty());

    bed.disk->full(true);
    CHECK(bed.commit(message("too much")).error() == CommitFailure::full);
    CHECK(bed.store->trouble().find("no space") != std::string::npos);
    CHECK(bed.commit(message("refused at once")).error() == CommitFailure::full);
    CHECK(parts_found(bed, "before") == 5);
    CHECK(parts_found(bed, "too much") == 0);

    bed.disk->full(false);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    REQUIRE(bed.commit(message("after")).ok());
    bed.crash();
    CHECK(parts_found(bed, "before") == 5);
    CHECK(parts_found(bed, "after") == 5);
    CHECK(parts_found(bed, "too much") == 0);
    CHECK(parts_found(bed, "refused at once") == 0);
}

TEST_CASE("disk full at the first word of a new log: the store goes on all the same")
{
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    bed.reopen();
    bed.disk->full(true);
    CHECK(bed.commit(message("too much")).error() == CommitFailure::full);
    bed.disk->full(false);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    REQUIRE(bed.commit(message("after")).ok());
    bed.crash();
    CHECK(parts_found(bed, "before") == 5);
    CHECK(parts_found(bed, "after") == 5);
    CHECK(parts_found(bed, "too much") == 0);
}

TEST_CASE("disk full: the store closes and opens its files in place, and everything goes on")
{
    Bed bed;
    std::atomic<int> reopened{0};
    bed.close();
    bed.options.on_reopened = [&reopened] { ++reopened; };
    bed.open();
    std::mutex mutex;
    std::vector<std::uint64_t> told;
    const auto watch = bed.store->watch([&](const Change& change) {
        const std::lock_guard lock(mutex);
        told.push_back(change.sequence);
    });
    Batch talk = message("before");
    talk.notices.push_back({"desk", "conversation", "before", 1});
    const auto before = bed.commit(talk);
    REQUIRE(before.ok());
    const int openings = bed.disk->openings();

    bed.disk->only_reopening_helps();
    for (int i = 0; i < 5; ++i) bed.begin(message("lost " + std::to_string(i)));
    for (const auto& answer : bed.finish()) CHECK(answer.error() == CommitFailure::full);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    CHECK(bed.disk->openings() == openings + 1);
    CHECK(comes_true([&] { return reopened == 1; }));
    CHECK(parts_found(bed, "before") == 5);

    // Numbers go on above those that were spent on what failed, expectations hold, watchers hear of it.
    Batch reply = message("before");
    reply.expects.push_back({Space::conversation, "before", before->version});
    reply.notices.push_back({"desk", "conversation", "before", 2});
    const auto after = bed.commit(reply);
    REQUIRE(after.ok());
    CHECK(after->version > before->version + 1);
    CHECK(comes_true([&] {
        const std::lock_guard lock(mutex);
        return told == std::vector<std::uint64_t>{before->sequence, after->sequence};
    }));
    bed.crash();
    CHECK(bed.get(Space::conversation, "before")->version == after->version);
}

TEST_CASE("disk full: a write that failed may come back, and then its version is the one that counts")
{
    Bed bed;
    const auto first = bed.commit(message("hana"));
    REQUIRE(first.ok());
    std::mutex mutex;
    std::vector<std::string> told;
    const auto watch = bed.store->watch([&](const Change& change) {
        const std::lock_guard lock(mutex);
        told.push_back(change.notice.conversation);
    });
    // It reaches the log; what the disk then refuses is to keep it.
    bed.disk->full_at_sync();
    Batch second = message("hana");
    second.notices.push_back({"desk", "conversation", "hana", 2});
    second.expects.push_back({Space::conversation, "hana", first->version});
    CHECK(bed.commit(second).error() == CommitFailure::full);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));

    const auto found = bed.get(Space::conversation, "hana");
    REQUIRE(found);
    CHECK(found->version > first->version);  // it did come back: whoever expects the older one is wrong now
    CHECK(comes_true([&] {  // and an open console is not left with what was there before
        const std::lock_guard lock(mutex);
        return told == std::vector<std::string>{"hana"};
    }));
    CHECK(bed.commit(second).error() == CommitFailure::conflict);
    Batch third = message("hana");
    third.expects.push_back({Space::conversation, "hana", found->version});
    const auto answer = bed.commit(third);
    REQUIRE(answer.ok());
    CHECK(answer->version > first->version + 1);
    bed.crash();
    CHECK(parts_found(bed, "hana") == 5);
    CHECK(bed.get(Space::conversation, "hana")->version == answer->version);
}

TEST_CASE("the files cannot be opened again: refused with the reason, readers wait, and it is tried until it works")
{
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    bed.disk->refuse_opening(true);
    bed.disk->only_reopening_helps();
    CHECK(bed.commit(message("lost")).error() == CommitFailure::full);
    CHECK(comes_true([&] { return bed.store->trouble().find("opened again") != std::string::npos; }));
    CHECK_FALSE(bed.commit(message("refused at once")).ok());

    std::optional<Value> read;
    bool answered = false;
    net::co_spawn(bed.context, bed.store->get(Space::conversation, "before"), [&](std::exception_ptr failure, std::optional<Value> value) {
        CHECK(failure == nullptr);
        read = std::move(value);
        answered = true;
    });
    bed.context.restart();
    bed.context.poll();
    CHECK_FALSE(answered);  // it waits, on a thread that may

    bed.disk->refuse_opening(false);
    bed.context.restart();
    bed.context.run();
    CHECK(read.has_value());
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    REQUIRE(bed.commit(message("after")).ok());
    bed.crash();
    CHECK(parts_found(bed, "before") == 5);
    CHECK(parts_found(bed, "after") == 5);
}

TEST_CASE("the files cannot be opened again: the store can still be closed, and who reads is told")
{
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    bed.disk->refuse_opening(true);
    bed.disk->only_reopening_helps();
    CHECK_FALSE(bed.commit(message("lost")).ok());
    CHECK(comes_true([&] { return bed.store->trouble().find("opened again") != std::string::npos; }));
    bool told = false;
    net::co_spawn(bed.context, bed.store->get(Space::conversation, "before"),
                  [&](std::exception_ptr failure, std::optional<Value>) { told = failure != nullptr; });
    bed.context.restart();
    bed.context.poll();
    bed.close();
    bed.context.run();
    CHECK(told);
    bed.disk->refuse_opening(false);
    bed.open();
    CHECK(parts_found(bed, "before") == 5);
}

TEST_CASE("readers never see the files closed: they read all the while the store opens them again and again")
{
    std::array<net::io_context, 2> contexts;  // outlive the store, whose threads post to them
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    std::atomic<bool> stop{false};
    std::atomic<int> reads{0};
    std::atomic<int> wrong{0};
    const auto read = [&](net::io_context& context) {
        while (!stop) {
            net::co_spawn(context, bed.store->get(Space::conversation, "before"),
                          [&](std::exception_ptr failure, std::optional<Value> value) { wrong += failure || !value ? 1 : 0; });
            net::co_spawn(context, bed.store->scan({Space::entry, "before", "before0"}),
                          [&](std::exception_ptr failure, std::vector<Row> rows) { wrong += failure || rows.size() != 2 ? 1 : 0; });
            context.restart();
            context.run();
            ++reads;
        }
    };
    std::thread one([&] { read(contexts[0]); });
    std::thread other([&] { read(contexts[1]); });
    const int openings = bed.disk->openings();
    for (int round = 0; round < 5; ++round) {
        const int seen = reads;
        CHECK(comes_true([&] { return reads > seen + 10; }));
        bed.disk->only_reopening_helps();
        CHECK_FALSE(bed.commit(message("lost")).ok());
        CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
        REQUIRE(bed.commit(message("kept " + std::to_string(round))).ok());
    }
    stop = true;
    one.join();
    other.join();
    CHECK(bed.disk->openings() == openings + 5);
    CHECK(wrong == 0);
}

TEST_CASE("disk full: a group that fails fails whole, and none of it is seen")
{
    Bed bed;
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    for (int i = 0; i < 5; ++i) bed.begin(message(std::to_string(i)));
    bed.disk->full(true);
    bed.disk->hold_syncs(false);
    const auto answers = bed.finish();
    CHECK(answers[0].ok());
    for (std::size_t i = 1; i < answers.size(); ++i) CHECK(answers[i].error() == CommitFailure::full);
    for (int i = 0; i < 5; ++i) CHECK(parts_found(bed, std::to_string(i)) == 0);
}

TEST_CASE("disk full while tables are written: commits are refused before the log is all there is, and come back")
{
    Bed bed;
    bed.close();
    bed.options.write_buffers_bytes = 256u << 10;
    bed.open();
    bed.disk->full(true, ".sst");
    int kept = 0;
    // Answers stay honest until RocksDB has tried to write a table; then everything is refused.
    for (; kept < 400; ++kept)
        if (!bed.commit(put("p" + std::to_string(kept), std::string(20'000, 'x'))).ok()) break;
    REQUIRE(kept < 400);
    CHECK_FALSE(bed.store->trouble().empty());
    bed.disk->full(false);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    REQUIRE(bed.commit(put("after", "x")).ok());
    bed.crash();
    for (int i = 0; i < kept; ++i) CHECK(bed.get(Space::person, "p" + std::to_string(i)).has_value());
    CHECK(bed.bytes(Space::person, "after") == "x");
}

TEST_CASE("a disk that fails to sync: refused from then on, until a restart on a sound disk")
{
    Bed bed;
    REQUIRE(bed.commit(message("before")).ok());
    bed.disk->fail_sync(true);
    CHECK(bed.commit(message("lost")).error() == CommitFailure::unavailable);
    CHECK(bed.store->trouble().find("restart") != std::string::npos);
    bed.disk->fail_sync(false);
    CHECK(bed.commit(message("still not")).error() == CommitFailure::unavailable);
    CHECK(parts_found(bed, "before") == 5);

    bed.crash();
    CHECK(parts_found(bed, "before") == 5);
    CHECK(parts_found(bed, "lost") == 0);
    REQUIRE(bed.commit(message("after")).ok());
    CHECK(bed.store->trouble().empty());
}

TEST_CASE("a disk that does not answer: who waits too long is refused, who is under way gets the truth")
{
    Bed bed;
    bed.close();
    bed.options.commit_deadline = std::chrono::milliseconds(20);
    bed.open();
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    bed.begin(put("waiting", "x"));
    // The context runs out of nothing to do only when the second batch has its answer; the first one holds it open.
    CHECK(comes_true([&] {
        bed.context.restart();
        return bed.context.poll() > 0;
    }));
    bed.disk->hold_syncs(false);
    const auto answers = bed.finish();
    CHECK(answers[0].ok());
    CHECK(answers[1].error() == CommitFailure::unavailable);
    CHECK(bed.bytes(Space::person, "waiting") == "-");
}

TEST_CASE("a disk that does not answer: only so many may wait, so that memory stays bounded")
{
    Bed bed;
    bed.close();
    bed.options.waiting_batches_max = 4;
    bed.open();
    bed.disk->hold_syncs(true);
    bed.begin(put("under way", "x"));
    bed.disk->await_held_sync();
    for (int i = 0; i < 6; ++i) bed.begin(put(std::to_string(i), "x"));
    bed.disk->hold_syncs(false);
    const auto answers = bed.finish();
    for (std::size_t i = 0; i <= 4; ++i) CHECK(answers[i].ok());
    CHECK(answers[5].error() == CommitFailure::unavailable);
    CHECK(answers[6].error() == CommitFailure::unavailable);
}

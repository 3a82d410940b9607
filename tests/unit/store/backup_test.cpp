#include "server/store/backup.h"
#include "tests/unit/store/store_fixture.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace tsunagi;
using namespace tsunagi::store;
using namespace tsunagi::store::testing;

namespace fs = std::filesystem;

namespace {

/// A store, and beside it a folder for its copies.
struct Copied : Bed {
    fs::path copies() const { return path / "copies"; }
    fs::path elsewhere() const { return path / "restored"; }

    Result<Backup, std::string> copy(std::size_t keep = 7)
    {
        BackupPlan plan;
        plan.folder = copies();
        plan.keep = keep;
        plan.bytes_per_second_max = 0;
        auto made = [&]() -> net::awaitable<std::optional<Result<Backup, std::string>>> {
            auto answer = co_await store->back_up(std::move(plan));
            co_return std::optional(std::move(answer));
        };
        return *run(made());
    }

    /// What a program finds under `key` that is started on the restored files.
    std::string restored_bytes(std::string key)
    {
        RocksOptions there;
        there.path = elsewhere();
        const auto restored = open_rocks_store(there);
        const auto value = run(restored->get(Space::person, std::move(key)));
        return value ? value->bytes : "-";
    }
};

/// A copy of so much, at such a rate, that it takes a minute; it has begun to write.
struct SlowCopy {
    explicit SlowCopy(Copied& bed)
    {
        REQUIRE(bed.commit(put("hana", std::string(4u << 20, 'a'))).ok());
        bed.reopen();  // into a table
        BackupPlan slow;
        slow.folder = bed.copies();
        slow.bytes_per_second_max = 64u << 10;
        auto copy = [](Copied& on, BackupPlan plan, std::optional<std::string>& answer) -> net::awaitable<void> {
            const auto made = co_await on.store->back_up(std::move(plan));
            answer = made.ok() ? "" : made.error();
        };
        net::co_spawn(context, copy(bed, slow, why), [](std::exception_ptr failure) { if (failure) std::rethrow_exception(failure); });
        REQUIRE(comes_true([&] {
            context.poll();
            std::error_code none;
            return fs::exists(bed.copies() / "private" / "1", none);
        }));
    }
    net::io_context context;         // of its own: a commit of the bed runs its context until nothing is left to do
    std::optional<std::string> why;  ///< there is none, once it is known
};

}  // namespace

TEST_CASE("backup: a copy holds what was committed before it and nothing that came later")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", "one")).ok());
    bed.reopen();  // some of it in tables,
    REQUIRE(bed.commit(put("yuki", "two")).ok());  // some in the log
    const auto made = bed.copy();
    REQUIRE_MESSAGE(made.ok(), made.error());
    CHECK(made->bytes > 0);
    REQUIRE(bed.commit(put("hana", "later")).ok());

    const auto restored = restore_backup(bed.copies(), std::nullopt, bed.elsewhere());
    REQUIRE_MESSAGE(restored.ok(), restored.error());
    CHECK(restored->number == made->number);
    CHECK(bed.restored_bytes("hana") == "one");
    CHECK(bed.restored_bytes("yuki") == "two");
    CHECK(bed.bytes(Space::person, "hana") == "later");  // the store itself goes on
}

TEST_CASE("backup: versions go on from where the copy was")
{
    Copied bed;
    const auto before = bed.commit(put("hana", "one"));
    REQUIRE(before.ok());
    REQUIRE(bed.copy().ok());
    REQUIRE(restore_backup(bed.copies(), std::nullopt, bed.elsewhere()).ok());
    bed.close();
    bed.options.path = bed.elsewhere();
    bed.open();
    CHECK(bed.get(Space::person, "hana")->version == before->version);
    const auto after = bed.commit(put_if("hana", before->version, "two"));
    REQUIRE(after.ok());
    CHECK(after->version > before->version);
    bed.close();
}

TEST_CASE("backup: older copies go, and with them what was forgotten since")
{
    Copied bed;
    for (const auto* bytes : {"one", "two", "three"}) {
        REQUIRE(bed.commit(put("hana", bytes)).ok());
        REQUIRE(bed.copy(2).ok());
    }
    const auto kept = list_backups(bed.copies());
    REQUIRE(kept.size() == 2);
    CHECK(kept.front().number < kept.back().number);
    REQUIRE(restore_backup(bed.copies(), kept.front().number, bed.elsewhere()).ok());
    CHECK(bed.restored_bytes("hana") == "two");
    const auto gone = restore_backup(bed.copies(), kept.front().number - 1, bed.path / "second");
    CHECK_FALSE(gone.ok());
}

TEST_CASE("backup: nothing is ever restored over a store")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", "one")).ok());
    REQUIRE(bed.copy().ok());
    REQUIRE(bed.commit(put("hana", "newer")).ok());
    bed.close();
    const auto refused = restore_backup(bed.copies(), std::nullopt, bed.options.path);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().find("move it away") != std::string::npos);
    bed.open();
    CHECK(bed.bytes(Space::person, "hana") == "newer");
}

TEST_CASE("backup: a copy in which a byte has changed is not restored, and leaves nothing behind")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", std::string(10'000, 'a'))).ok());
    bed.reopen();
    REQUIRE(bed.copy().ok());
    fs::path largest;
    std::uintmax_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(bed.copies()))
        if (file.is_regular_file() && file.file_size() > bytes) {
            largest = file.path();
            bytes = file.file_size();
        }
    std::fstream(largest, std::ios::in | std::ios::out | std::ios::binary).seekp(100).put('\x7f');
    const auto refused = restore_backup(bed.copies(), std::nullopt, bed.elsewhere());
    REQUIRE_FALSE(refused.ok());
    CHECK_FALSE(fs::exists(bed.elsewhere()));
    CHECK_FALSE(fs::exists(bed.elsewhere().string() + ".unfinished"));
}

TEST_CASE("backup: where there are no copies, that is said")
{
    Copied bed;
    CHECK(list_backups(bed.copies()).empty());
    CHECK_FALSE(restore_backup(bed.copies(), std::nullopt, bed.elsewhere()).ok());
    CHECK_FALSE(fs::exists(bed.elsewhere()));
}

TEST_CASE("backup: a folder that cannot be made fails the copy in words and not the store")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", "one")).ok());
    std::ofstream(bed.copies()) << "a file is in the way";
    const auto refused = bed.copy();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().find("no copy was made") != std::string::npos);
    CHECK(bed.commit(put("hana", "two")).ok());
}

TEST_CASE("backup: the folder is for this user only")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", "one")).ok());
    REQUIRE(bed.copy().ok());
    CHECK((fs::status(bed.copies()).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

TEST_CASE("backup: no room for the copy is said, and the store goes on")
{
    Copied bed;
    REQUIRE(bed.commit(put("hana", "one")).ok());
    bed.reopen();
    bed.disk->full(true, ".tmp");  // what is copied has this name until it is whole
    const auto refused = bed.copy();
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().find("no space left") != std::string::npos);
    CHECK(bed.store->trouble().empty());
    CHECK(bed.commit(put("hana", "two")).ok());
    CHECK(list_backups(bed.copies()).empty());
    bed.disk->full(false);
    CHECK(bed.copy().ok());
}

TEST_CASE("backup: a store that must open its files again does not wait for a copy that would take a minute")
{
    Copied bed;
    SlowCopy copy(bed);
    bed.disk->full(true, ".log");
    CHECK(bed.commit(put("yuki", "refused")).error() == CommitFailure::full);
    bed.disk->full(false);
    CHECK(comes_true([&] { return bed.store->trouble().empty(); }));
    CHECK(bed.commit(put("yuki", "taken")).ok());
    REQUIRE(comes_true([&] { copy.context.poll(); return copy.why.has_value(); }));
    CHECK_MESSAGE(copy.why->find("it was stopped") != std::string::npos, *copy.why);
    CHECK(bed.copy().ok());
}

TEST_CASE("backup: a closing store ends a copy that would take a minute, and what is not whole is not offered")
{
    Copied bed;
    SlowCopy copy(bed);
    bed.close();
    copy.context.run();
    REQUIRE(copy.why.has_value());
    CHECK_MESSAGE(copy.why->find("it was stopped") != std::string::npos, *copy.why);
    CHECK(list_backups(bed.copies()).empty());
    bed.open();
    CHECK(bed.copy().ok());  // what is left of it is in nobody's way
}

#pragma once
#include "bot/base/result.h"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tsunagi::store {

namespace net = boost::asio;

/// The tables. In RocksDB a space is a column family. Append only: numbers are on disk.
/// server/store/keys.h says what a key of each looks like, server/store/records.h what a value holds.
enum class Space : std::uint8_t {
    meta = 0,          ///< format version, commit sequence
    identity = 1,      ///< channel identity (HMAC) -> person, open conversation
    conversation = 2,  ///< the aggregate
    entry = 3,         ///< the log of conversations
    event = 4,         ///< ids of events already taken (de-duplication)
    outbox = 5,        ///< requests to the channel not yet settled
    timer = 6,         ///< by due time
    queue = 7,         ///< conversations by holder: lists of the console
    staff = 8,         ///< accounts, duty
    session = 9,       ///< console sign-ins
    playbook = 10,     ///< sources of every playbook version still in use
    media = 11,        ///< blobs
    audit = 12,        ///< who did what
    person = 13,       ///< what is known of a person beyond one conversation
};
constexpr std::size_t space_count = 14;

/// Opaque stamp of a value: changes with each write of its key. 0 is "there is no such key".
using Version = std::uint64_t;
constexpr Version absent = 0;

struct Value {
    std::string bytes;
    Version version = absent;
};
struct Row {
    std::string key;
    Value value;
};

/// A row that another one names.
struct RowName {
    Space space = Space::meta;
    std::string key;
};
/// Reads out of a value what row it names. Called on any thread; what it throws reaches who asked.
using Naming = std::function<RowName(const Value&)>;

/// Rows with from <= key < to, in byte order (or backwards), at most `limit`.
struct Range {
    Space space = Space::meta;
    std::string from;
    std::string to;
    std::size_t limit = 100;
    bool backwards = false;
};

/// A promise a batch makes about what it read: the key still has this version (or is still absent).
struct Expect {
    Space space = Space::meta;
    std::string key;
    Version version = absent;
};
struct Write {
    Space space = Space::meta;
    std::string key;
    std::optional<std::string> bytes;  ///< nothing: delete
};

/// What to tell those who watch, once the batch is durable. No user text in it.
struct Notice {
    std::string desk;
    std::string kind;          ///< `conversation`, `queue`, `staff`, `outbox`, ...
    std::string conversation;  ///< empty when the notice is not about one
    std::uint64_t revision = 0;
};

/// All or nothing, synced to disk before it is answered.
struct Batch {
    std::vector<Expect> expects;
    std::vector<Write> writes;
    std::vector<Notice> notices;
};

enum class CommitFailure {
    conflict,     ///< an expectation no longer holds: load again, decide again
    unavailable,  ///< the engine cannot write now (background error, shutting down, stalled past the deadline)
    full,         ///< no space left on the device
};
struct Committed {
    Version version = absent;    ///< the version that every key written by this batch now has
    std::uint64_t sequence = 0;  ///< place in the desk-independent order of commits
};
struct Change {
    std::uint64_t sequence = 0;
    Notice notice;
};

/// Where everything is kept: RocksDB, in tests also memory. No engine's type crosses it (architecture.md, Store).
///
/// Thread-safe: any coroutine on any I/O thread may call; it is resumed on its own executor. `get` and `scan` see
/// every commit that was answered before the call. Broken infrastructure (a corrupt file) throws `StoreError`.
class Store {
public:
    virtual ~Store() = default;

    /// The value of `key`, or nothing. Answers from memory without a thread change where it can.
    virtual net::awaitable<std::optional<Value>> get(Space space, std::string key) = 0;

    /// The row named by the value of `key`: the outer nothing is "no such key", the inner one "it names a row that is not there".
    /// The same as two gets; where both are on the disk, with one way there and back.
    virtual net::awaitable<std::optional<std::optional<Value>>> get_named(Space space, std::string key, Naming naming)
    {
        const auto naming_value = co_await get(space, std::move(key));
        if (!naming_value) co_return std::nullopt;
        auto name = naming(*naming_value);
        auto named = co_await get(name.space, std::move(name.key));
        co_return std::optional(std::move(named));
    }

    /// The rows of `range`, in order.
    virtual net::awaitable<std::vector<Row>> scan(Range range) = 0;

    /// Commits `batch` atomically and durably. Batches that arrive together share one sync (group commit).
    virtual net::awaitable<Result<Committed, CommitFailure>> commit(Batch batch) = 0;

    /// Calls `watcher` for each notice of each commit, in commit order, on the committer's thread: it must only hand
    /// over (post) and never block. The watch ends when the returned token is destroyed.
    virtual std::shared_ptr<void> watch(std::function<void(const Change&)> watcher) = 0;

    /// Why writes are refused just now, in words for the health page; empty when all is well.
    virtual std::string trouble() const = 0;
};

}  // namespace tsunagi::store

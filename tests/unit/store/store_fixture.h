#pragma once
#include "server/store/fault_hook.h"
#include "server/store/rocks_store.h"
#include "tests/unit/store/fault_file_system.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tsunagi::store::testing {

/// A store in a folder of its own on a disk that can fail, with one io_context to run coroutines on.
class Bed {
public:
    Bed();
    ~Bed();

    void open();
    void close() { store.reset(); }
    void reopen();
    /// The power fails and returns; of what was not synced at most `torn_bytes` a file are still there.
    void crash(std::uint64_t torn_bytes = 0);

    /// The process dies and starts again while the power is on.
    void kill();

    std::optional<Value> get(Space space, std::string key);
    std::string bytes(Space space, std::string key);  ///< `-` when there is none
    std::vector<Row> scan(Range range);
    Result<Committed, CommitFailure> commit(Batch batch);

    /// Batches on their way, in the order given, each by a coroutine of its own. Runs until those already answered are seen.
    void begin(Batch batch);
    /// Runs until all begun batches have their answers, in the order of `begin`.
    std::vector<Result<Committed, CommitFailure>> finish();

    /// Runs `task` to its end.
    template <class Answer>
    Answer run(net::awaitable<Answer> task)
    {
        std::optional<Answer> answer;
        auto ended = [&answer](std::exception_ptr failure, Answer given) {
            if (failure) std::rethrow_exception(failure);
            answer.emplace(std::move(given));
        };
        net::co_spawn(context, std::move(task), std::move(ended));
        context.restart();
        context.run();
        return std::move(*answer);
    }

    std::filesystem::path path;
    std::shared_ptr<FaultFileSystem> disk = std::make_shared<FaultFileSystem>();
    FaultHook faults{disk};
    RocksOptions options;
    net::io_context context;
    std::unique_ptr<StoreOnDisk> store;

private:
    std::deque<std::optional<Result<Committed, CommitFailure>>> begun_;  // references into it stay good
};

/// Waits for something that other threads bring about; false after ten seconds.
bool comes_true(const std::function<bool()>& condition);

/// A batch that writes `bytes` under `key` of Space::person.
Batch put(std::string key, std::string bytes);
/// The same, if the key has `version` until then.
Batch put_if(std::string key, Version version, std::string bytes);

}  // namespace tsunagi::store::testing

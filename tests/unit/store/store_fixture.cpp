#include "tests/unit/store/store_fixture.h"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace tsunagi::store::testing {
namespace {

std::filesystem::path new_folder()
{
    // In memory where there is such a place: what a disk does wrong comes from FaultFileSystem, and syncs cost nothing.
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "tsunagi-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    return name;
}

net::awaitable<bool> commit_into(Store& store, Batch batch, std::optional<Result<Committed, CommitFailure>>& answer)
{
    auto outcome = co_await store.commit(std::move(batch));
    answer.emplace(std::move(outcome));
    co_return true;
}

}  // namespace

Bed::Bed() : path(new_folder())
{
    options.path = path / "data";
    options.resume_interval = std::chrono::milliseconds(5);
    options.faults = &faults;
    open();
}

Bed::~Bed()
{
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

void Bed::open() { store = open_rocks_store(options); }

void Bed::reopen()
{
    close();
    open();
}

void Bed::crash(std::uint64_t torn_bytes)
{
    disk->die();
    close();
    disk->power_returns(torn_bytes);
    open();
}

void Bed::kill()
{
    disk->die();
    close();
    disk->process_returns();
    open();
}

std::optional<Value> Bed::get(Space space, std::string key) { return run(store->get(space, std::move(key))); }

std::string Bed::bytes(Space space, std::string key)
{
    const auto value = get(space, std::move(key));
    return value ? value->bytes : "-";
}

std::vector<Row> Bed::scan(Range range) { return run(store->scan(std::move(range))); }

Result<Committed, CommitFailure> Bed::commit(Batch batch)
{
    begin(std::move(batch));
    return finish().back();
}

void Bed::begin(Batch batch)
{
    auto& answer = begun_.emplace_back();
    auto ended = [](std::exception_ptr failure, bool) {
        if (failure) std::rethrow_exception(failure);
    };
    net::co_spawn(context, commit_into(*store, std::move(batch), answer), std::move(ended));
    context.restart();
    context.poll();
}

std::vector<Result<Committed, CommitFailure>> Bed::finish()
{
    context.restart();
    context.run();
    std::vector<Result<Committed, CommitFailure>> answers;
    for (auto& answer : begun_) answers.push_back(std::move(*answer));
    begun_.clear();
    return answers;
}

bool comes_true(const std::function<bool()>& condition)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

Batch put(std::string key, std::string bytes)
{
    Batch batch;
    batch.writes.push_back({Space::person, std::move(key), std::move(bytes)});
    return batch;
}

Batch put_if(std::string key, Version version, std::string bytes)
{
    Batch batch = put(key, std::move(bytes));
    batch.expects.push_back({Space::person, std::move(key), version});
    return batch;
}

}  // namespace tsunagi::store::testing

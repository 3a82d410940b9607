#include "server/line/restored.h"

#include "server/store/keys.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace tsunagi::line {
namespace {

using store::Space;

constexpr std::size_t rows_a_commit = 500;  // so that a store with much that waits is not one batch of all of it

}  // namespace

void doubt(store::OutboxRow& row, TimePoint copied)
{
    row.attempts = std::max<std::uint32_t>(row.attempts, 1);
    if (!row.first_attempt_at) row.first_attempt_at = copied;
    row.refused_so_far = false;
}

net::awaitable<std::size_t> doubt_what_waits(store::Store& store, TimePoint copied)
{
    std::size_t count = 0;
    store::Range range{.space = Space::outbox, .from = {}, .to = std::string(1, '\xFF'), .limit = rows_a_commit};
    for (;;) {
        const auto rows = co_await store.scan(range);
        store::Batch batch;
        for (const auto& found : rows) {
            auto row = store::decode<store::OutboxRow>(found.value.bytes);
            if (!row.ok()) continue;  // `verify` tells of it; the outbox sends nothing that it cannot read
            doubt(*row, copied);
            batch.writes.push_back({Space::outbox, found.key, store::encode(*row)});
        }
        count += batch.writes.size();
        if (!batch.writes.empty()) {
            const auto kept = co_await store.commit(std::move(batch));
            if (!kept.ok()) throw std::runtime_error("what waits to be sent could not be marked as perhaps sent");
        }
        if (rows.size() < rows_a_commit) co_return count;
        range = store::resume_after(range, rows.back().key);
    }
}

}  // namespace tsunagi::line

#include "server/media/fetcher.h"

#include "server/media/media_type.h"
#include "server/store/keys.h"
#include "server/store/rocks_store.h"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace tsunagi::media {
namespace {

using store::Space;

constexpr std::size_t page_rows = 200;
constexpr Milliseconds store_retry_interval{500};
/// Longest sleep in one piece, so that stop() is seen soon.
constexpr Milliseconds nap_longest{500};

std::string channel_of(const store::MediaWork& work) { return work.desk.text + "/" + work.channel; }

/// The entry with what became of its media; nothing when there is no such thing any more (withdrawn).
std::optional<bot::Entry> with_outcome(const std::string& bytes, const FetchStep& step)
{
    auto read = store::decode<bot::Entry>(bytes);
    if (!read.ok()) return std::nullopt;
    bot::Entry entry = std::move(read).value();
    const auto* media = entry.content ? std::get_if<bot::MediaReceived>(&*entry.content) : nullptr;
    if (media == nullptr) return std::nullopt;
    if (const auto* kept = std::get_if<Keep>(&step))
        entry.media = bot::OutboundMedia{.kind = media->kind,
                                         .blob = {},
                                         .file_name = safe_file_name(media->file_name, kept->mime),
                                         .mime = kept->mime,
                                         .size_bytes = static_cast<std::int64_t>(kept->bytes.size())};
    if (const auto* given_up = std::get_if<GiveUp>(&step)) entry.failure = given_up->why;
    return entry;
}

}  // namespace

net::awaitable<void> Fetcher::recover(DeskId desk)
{
    auto range = store::media_work_of(desk);
    range.limit = page_rows;
    for (;;) {
        const auto rows = co_await store_.scan(range);
        for (const auto& row : rows) {
            auto work = store::decode<store::MediaWork>(row.value.bytes);
            if (work.ok()) add(std::move(work).value());
            else spdlog::error("a row of media to fetch cannot be read: {}", to_text(work.error()));
        }
        if (rows.size() < page_rows) co_return;
        range = store::resume_after(range, rows.back().key);
    }
}

void Fetcher::add(store::MediaWork work)
{
    ++waiting_;
    auto ended = [this](std::exception_ptr failure) {
        if (!failure) return;
        // Something nobody foresaw: the row stays in the store for the next start, and all other work goes on.
        --waiting_;
        metrics_.handler_failed("media");
        spdlog::error("a medium could not be fetched or kept; it is taken up at the next start");
    };
    net::co_spawn(executor_, work_on(std::move(work)), std::move(ended));
}

net::awaitable<void> Fetcher::work_on(store::MediaWork work)
{
    for (std::uint32_t attempt = 1; !stopping_; ++attempt) {
        const auto again_at = co_await attempt_once(work, attempt);
        if (!again_at) co_return;
        co_await pause(*again_at);
    }
}

/// When to try again; nothing when it is settled or we stop. What was fetched keeps its hand until it is stored: while the
/// disk is full, only as much is fetched as memory has room for, and the rest waits as rows.
net::awaitable<std::optional<TimePoint>> Fetcher::attempt_once(store::MediaWork work, std::uint32_t attempt)
{
    std::string hand = std::to_string(next_hand_++ % in_hand_max);
    const auto held = co_await hands_.take(std::move(hand));
    if (stopping_) co_return std::nullopt;
    std::string channel = channel_of(work);
    std::string message_id = work.message_id;
    auto fetched = co_await source_.fetch(std::move(channel), std::move(message_id));
    const double jitter = static_cast<double>(random_.bits().front()) / 256.0;
    const FetchStep step = after(work, std::move(fetched), attempt, clock_.now(), jitter);
    if (const auto* again = std::get_if<FetchAgain>(&step)) co_return again->at;
    while (!stopping_) {
        const Kept kept = co_await try_to_keep(work, step);
        if (kept == Kept::done) {
            metrics_.media_settled(std::holds_alternative<Keep>(step) ? "kept" : "given_up");
            --waiting_;
            co_return std::nullopt;
        }
        if (kept == Kept::refused) co_await pause(clock_.now() + store_retry_interval);
    }
    co_return std::nullopt;
}

/// Refused, too, while what it concerns cannot be read.
net::awaitable<Fetcher::Kept> Fetcher::try_to_keep(store::MediaWork work, const FetchStep& step)
{
    try {
        const Kept kept = co_await keep(std::move(work), step);
        co_return kept;
    } catch (const store::StoreError&) {
        co_return Kept::refused;
    }
}

/// The bytes, the entry that shows them, and the end of the work, in one commit.
net::awaitable<Fetcher::Kept> Fetcher::keep(store::MediaWork work, const FetchStep& step)
{
    const std::string work_key = store::media_work_key(work.desk, work.conversation, work.entry_seq);
    const auto row = co_await store_.get(Space::media, work_key);
    if (!row) co_return Kept::done;  // withdrawn: the unsend took the work with it
    const std::string entry_key = store::entry_key(work.desk, work.conversation, work.entry_at, work.entry_seq);
    const auto stored = co_await store_.get(Space::entry, entry_key);

    store::Batch batch;
    batch.expects.push_back({Space::media, work_key, row->version});
    batch.writes.push_back({Space::media, work_key, std::nullopt});
    auto entry = stored ? with_outcome(stored->bytes, step) : std::nullopt;
    if (entry) {
        const store::PersonScope scope{work.desk.text, work.person.text};
        batch.expects.push_back({Space::entry, entry_key, stored->version});
        batch.writes.push_back({Space::entry, entry_key, store::encode(*entry, scope)});
        if (const auto* kept = std::get_if<Keep>(&step)) {
            const store::MediaBlob blob{.mime = kept->mime, .file_name = entry->media->file_name, .bytes = kept->bytes};
            batch.writes.push_back({Space::media, store::media_key(work.desk, work.conversation, work.entry_seq),
                                    store::encode(blob, scope)});
        }
        batch.notices.push_back({work.desk.text, "conversation", work.conversation.text, 0});
    }
    const auto committed = co_await store_.commit(std::move(batch));
    if (committed.ok()) co_return Kept::done;
    co_return committed.error() == store::CommitFailure::conflict ? Kept::again : Kept::refused;
}

net::awaitable<void> Fetcher::pause(TimePoint until)
{
    while (!stopping_) {
        const auto now = clock_.now();
        if (now >= until) co_return;
        const auto nap = std::min<Milliseconds>(until - now, nap_longest);
        co_await clock_.sleep_until(now + nap);
    }
}

}  // namespace tsunagi::media

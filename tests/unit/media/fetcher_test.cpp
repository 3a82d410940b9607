#include "server/media/fetcher.h"
#include "server/media/media_type.h"
#include "server/store/rocks_store.h"
#include "tests/unit/desk/desk_fixture.h"

#include <deque>

using namespace tsunagi;
using namespace tsunagi::testing;
using media::Fetched;
using media::FetchOutcome;

namespace {

const std::string picture = std::string("\x89PNG\r\n\x1A\n", 8) + "the picture itself";

/// Answers what the test says, in order; the last answer stays.
struct ScriptedSource final : media::Source {
    std::deque<Fetched> answers;
    std::function<void()> during;
    std::function<bool()> is_away;
    int asked = 0;
    net::awaitable<Fetched> fetch(std::string, std::string) override
    {
        ++asked;
        if (is_away && is_away()) co_return Fetched{FetchOutcome::unavailable, {}};
        if (during) std::exchange(during, {})();
        const auto executor = co_await net::this_coro::executor;
        auto token = net::use_awaitable;
        co_await net::post(executor, token);
        Fetched answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        co_return answer;
    }
};

struct MediaFixture : DeskFixture {
    ops::Metrics metrics;
    ScriptedSource source;
    std::vector<store::MediaWork> works;
    media::Fetcher fetcher{context.get_executor(), store, source, clock, random, metrics};

    MediaFixture()
    {
        desks.on_media([this](store::MediaWork work) { works.push_back(std::move(work)); });
    }
    bot::Inbound picture_of(const std::string& event)
    {
        auto inbound = text("U1", event, "");
        bot::MediaReceived received;
        received.file_name = "x.html";
        inbound.content = received;
        return inbound;
    }
    bot::Inbound unsend_of(const std::string& event, const std::string& withdraws)
    {
        auto inbound = text("U1", event, "");
        inbound.message_id.clear();
        inbound.content = bot::Unsent{"m-" + withdraws};
        return inbound;
    }
    void fetch()
    {
        for (auto& work : std::exchange(works, {})) fetcher.add(std::move(work));
        context.restart();
        context.run();
    }
    bot::Entry entry()
    {
        for (const auto& one : log(only_conversation().id))
            if (one.kind == bot::EntryKind::inbound) return one;
        FAIL("no entry");
        return {};
    }
    /// Everything in Space::media: blobs and work.
    std::size_t kept() { return store.rows(store::Space::media).size(); }
};

}  // namespace

TEST_CASE("media: a picture is fetched at once, kept beside its entry, and its work is done")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    CHECK(run_on(media.context, media.desks.receive(media.picture_of("e1"))) == desk::Received::committed);
    REQUIRE(media.works.size() == 1);
    CHECK(media.kept() == 1);  // the work, in the same commit
    media.fetch();
    const auto entry = media.entry();
    REQUIRE(entry.media);
    CHECK(entry.media->mime == "image/png");
    CHECK(entry.media->file_name == "x.png");
    const auto key = store::media_key(mirai, media.only_conversation().id, entry.seq);
    const auto& rows = media.store.rows(store::Space::media);
    REQUIRE(rows.size() == 1);
    CHECK(store::decode<store::MediaBlob>(rows.at(key).bytes).value().bytes == picture);
    CHECK(media.fetcher.waiting() == 0);
}

TEST_CASE("media: after a crash the work goes on where it was")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    run_on(media.context, media.desks.receive(media.picture_of("e1")));
    media.works.clear();  // the process died before it could begin
    run_on(media.context, media.fetcher.recover(mirai));
    media.fetch();
    CHECK(media.entry().media);
}

TEST_CASE("media: fetched while the store cannot be read, it is kept as soon as that works; nothing ends")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    run_on(media.context, media.desks.receive(media.picture_of("e1")));
    int failures = 3;
    media.store.before_read = [&failures](store::Space) {
        if (failures-- > 0) throw store::StoreError("reading failed");
    };
    media.fetch();
    media.store.before_read = nullptr;
    CHECK(media.source.asked == 1);
    CHECK(media.entry().media);
}

TEST_CASE("media: LINE still makes it ready, or does not answer: asked again, then kept")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::preparing, {}}, {FetchOutcome::unavailable, {}}, {FetchOutcome::unauthorized, {}},
                            {FetchOutcome::ready, picture}};
    run_on(media.context, media.desks.receive(media.picture_of("e1")));
    media.fetch();
    CHECK(media.source.asked == 4);
    CHECK(media.entry().media);
}

TEST_CASE("media: LINE's data host is away for hours: her picture is kept once it is back")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    const auto back_at = media.clock.now() + std::chrono::hours(6);
    media.source.is_away = [&] { return media.clock.now() < back_at; };
    run_on(media.context, media.desks.receive(media.picture_of("e1")));
    media.fetch();
    CHECK(media.entry().media);
    CHECK(media.clock.now() < back_at + std::chrono::minutes(15));
}

TEST_CASE("media: what cannot be had is told in words, and nothing is left to do")
{
    struct Row {
        Fetched answer;
        const char* why;
    };
    const Row rows[] = {{{FetchOutcome::gone, {}}, "media.failed.gone"},
                        {{FetchOutcome::unpreparable, {}}, "media.failed.unpreparable"},
                        {{FetchOutcome::preparing, {}}, "media.failed.unpreparable"},
                        {{FetchOutcome::too_large, {}}, "media.failed.too_large"},
                        {{FetchOutcome::unavailable, {}}, "media.failed.no_answer"},
                        {{FetchOutcome::unauthorized, {}}, "media.failed.no_answer"},
                        {{FetchOutcome::ready, "<html>"}, "media.failed.type"},
                        {{FetchOutcome::ready, picture + std::string(media::bytes_max, 'x')}, "media.failed.too_large"}};
    for (const auto& row : rows) {
        CAPTURE(std::string(row.why));
        MediaFixture media;
        media.source.answers = {row.answer};
        run_on(media.context, media.desks.receive(media.picture_of("e1")));
        media.fetch();
        CHECK(media.entry().failure == row.why);
        CHECK_FALSE(media.entry().media);
        CHECK(media.kept() == 0);
    }
}

TEST_CASE("media: withdrawn before, while and after it is fetched: nothing of it stays")
{
    for (const int moment : {0, 1, 2}) {
        CAPTURE(moment);
        MediaFixture media;
        media.source.answers = {{FetchOutcome::ready, picture}};
        run_on(media.context, media.desks.receive(media.picture_of("e1")));
        auto withdraw = [&] {
            auto ended = [](std::exception_ptr failure, desk::Received received) {
                CHECK_FALSE(failure);
                CHECK(received == desk::Received::committed);
            };
            net::co_spawn(media.context, media.desks.receive(media.unsend_of("e2", "e1")), std::move(ended));
        };
        if (moment == 0) withdraw();
        if (moment == 1) media.source.during = withdraw;
        media.fetch();
        if (moment == 2) withdraw();
        media.fetch();
        CHECK(media.kept() == 0);
        CHECK_FALSE(media.entry().media);
        CHECK(std::holds_alternative<bot::Unsent>(*media.entry().content));
        CHECK(media.fetcher.waiting() == 0);
    }
}

TEST_CASE("media: withdrawn before it arrived: it is never fetched")
{
    MediaFixture media;
    run_on(media.context, media.desks.receive(media.unsend_of("e2", "e1")));
    CHECK(run_on(media.context, media.desks.receive(media.picture_of("e1"))) == desk::Received::committed);
    CHECK(media.works.empty());
    CHECK(media.kept() == 0);
}

TEST_CASE("media: the store cannot keep it just now: tried again until it can")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    run_on(media.context, media.desks.receive(media.picture_of("e1")));
    int refusals = 3;
    media.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (refusals-- > 0) return store::CommitFailure::full;
        return std::nullopt;
    };
    media.fetch();
    CHECK(media.entry().media);
    CHECK(media.source.asked == 1);
}

TEST_CASE("media: the disk is full and many have sent a picture: no more is fetched than fits into memory; then all is kept")
{
    MediaFixture media;
    media.source.answers = {{FetchOutcome::ready, picture}};
    constexpr int pictures = 20;
    for (int i = 0; i < pictures; ++i) run_on(media.context, media.desks.receive(media.picture_of("e" + std::to_string(i))));
    int refusals = 50;
    int fetched_until_then = 0;
    media.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (refusals == 0) return std::nullopt;
        --refusals;
        fetched_until_then = media.source.asked;
        return store::CommitFailure::full;
    };
    media.fetch();
    CHECK(fetched_until_then <= static_cast<int>(media::in_hand_max));
    CHECK(media.source.asked == pictures);
    CHECK(media.kept() == pictures);
    CHECK(media.fetcher.waiting() == 0);
}

// How long and how often a webhook is told, with the clock in the test's hand.
#include "handoff/queue/wake.h"
#include "server/desk/on_call.h"
#include "tests/unit/desk/desk_fixture.h"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace std::chrono_literals;

namespace {

const DeskId other{"other"};

struct Night {
    config::Loaded config = small_config();
    MemoryStore store;
    FixedClock clock{friday_eleven};
    net::io_context context;
    std::vector<TimePoint> rung;          ///< when mirai's webhook was called
    std::vector<std::string> keys;        ///< its idempotency keys
    std::size_t others = 0;               ///< calls of the other desk's
    std::function<unsigned()> answer = [] { return 200U; };  ///< mirai's; it may throw
    bool hangs = false;                   ///< mirai's webhook does not answer at all
    net::steady_timer never{context, std::chrono::hours(1)};
    std::optional<desk::OnCallNotices> notices;

    Night()
    {
        auto second = config.desks.front();
        second.id = other;
        config.desks.push_back(second);
        for (auto& desk : config.desks) desk.on_call.webhook_url = "https://bell.example/x";
        notices.emplace(context.get_executor(), store, config, clock,
                        [this](DeskId desk, http::ClientRequest request) { return ring(std::move(desk), std::move(request)); });
    }
    net::awaitable<Result<http::Response, http::ClientFailure>> ring(DeskId desk, http::ClientRequest request)
    {
        if (desk == other) {
            ++others;
            co_return http::Response{200, {}, {}};
        }
        rung.push_back(clock.now());
        for (const auto& [name, value] : request.fields)
            if (name == "Idempotency-Key") keys.push_back(value);
        if (hangs) {
            auto token = net::use_awaitable;
            co_await never.async_wait(token);
        }
        co_return http::Response{answer(), {}, {}};
    }
    void danger(const DeskId& desk)
    {
        const store::Timer row{desk, ConversationId{"01JD000000000000000000MAMA"}, desk::timer_name({.level = 4}), clock.now()};
        store::Batch batch;
        batch.writes.push_back({store::Space::timer, store::timer_key(row.due, desk, row.conversation, row.name), store::encode(row)});
        batch.writes.push_back({store::Space::timer, store::timer_name_key(desk, row.conversation, row.name), store::encode(row)});
        CHECK(store.apply(batch).ok());
    }
    void begin()
    {
        for (const auto& desk : config.desks)
            net::co_spawn(context, notices->run(desk.id, desk::OnCallNotices::Way::webhook), [](std::exception_ptr failure) { CHECK(failure == nullptr); });
    }
    bool comes_true(const std::function<bool()>& wanted)
    {
        context.restart();
        for (int step = 0; step < 200'000 && !wanted(); ++step) context.poll_one();
        return wanted();
    }
    /// Names of the rows that stand, by name.
    std::vector<std::string> rows() const
    {
        std::vector<std::string> names;
        for (const auto& [key, value] : store.rows(store::Space::timer))
            if (key.front() == 'd') names.push_back(store::decode<store::Timer>(value.bytes).value().name);
        return names;
    }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("on-call: repeated with growing pauses and the same key until taken, then quiet for half an hour, then forgotten")
{
    Night night;
    night.danger(mirai);
    night.answer = [&night] { return night.rung.size() < 5 ? 503U : 204U; };
    night.begin();
    REQUIRE(night.comes_true([&] { return night.notices->told() == 1; }));
    REQUIRE(night.rung.size() == 5);
    for (std::size_t i = 2; i < night.rung.size(); ++i)
        CHECK(night.rung[i] - night.rung[i - 1] > night.rung[i - 1] - night.rung[i - 2]);
    CHECK(std::ranges::count(night.keys, night.keys.front()) == 5);
    CHECK(night.comes_true([&] { return night.rows() == Names{"on-call-told-4"}; }));
    const auto told_at = night.rung.back();
    CHECK(night.comes_true([&] { return night.rows().empty(); }));
    CHECK(night.clock.now() - told_at >= desk::on_call_quiet);
    CHECK(night.rung.size() == 5);
}

TEST_CASE("on-call: given up after two hours, counted as that and told to staff; what she says then is told anew")
{
    Night night;
    night.danger(mirai);
    night.answer = [] { return 500U; };
    night.begin();
    CHECK(night.comes_true([&] { return night.notices->given_up() == 1; }));
    CHECK(night.notices->told() == 0);
    REQUIRE_FALSE(night.rung.empty());
    CHECK(night.rung.back() - night.rung.front() >= desk::on_call_deadline);
    CHECK(night.rung.back() - night.rung.front() < desk::on_call_deadline + 3min);
    const auto calls = night.rung.size();
    CHECK(night.comes_true([&] { return night.rows() == Names{handoff::timer_not_told}; }));
    CHECK(night.rung.size() == calls);
    night.answer = [] { return 200U; };
    night.danger(mirai);
    CHECK(night.comes_true([&] { return night.notices->told() == 1; }));
    CHECK(night.rung.size() == calls + 1);
}

TEST_CASE("on-call: webhook and mail that give up in the same moment leave one row for staff, and none that nobody can find")
{
    Night night;
    night.danger(mirai);
    night.answer = [] { return 500U; };
    bool has_mail_given_up = false;
    night.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (std::exchange(has_mail_given_up, true)) return std::nullopt;
        const store::Timer row{mirai, ConversationId{"01JD000000000000000000MAMA"}, handoff::timer_not_told, night.clock.now() - 1ms};
        store::Batch batch;
        batch.writes.push_back({store::Space::timer, store::timer_key(row.due, row.desk, row.conversation, row.name), store::encode(row)});
        batch.writes.push_back({store::Space::timer, store::timer_name_key(row.desk, row.conversation, row.name), store::encode(row)});
        CHECK(night.store.apply(batch).ok());
        return std::nullopt;
    };
    night.begin();
    CHECK(night.comes_true([&] { return night.notices->given_up() == 1; }));
    CHECK(night.comes_true([&] { return night.rows() == Names{handoff::timer_not_told}; }));
}

TEST_CASE("on-call: a request that cannot be made is not told, and is made again")
{
    Night night;
    night.danger(mirai);
    night.answer = [&night] {
        if (night.rung.size() < 3) throw std::invalid_argument("a request that cannot be written");
        return 200U;
    };
    night.begin();
    CHECK(night.comes_true([&] { return night.notices->told() == 1; }));
    CHECK(night.rung.size() == 3);
}

TEST_CASE("on-call: one desk's webhook that hangs delays no other desk")
{
    Night night;
    night.hangs = true;
    night.danger(mirai);
    night.danger(other);
    night.begin();
    CHECK(night.comes_true([&] { return night.others == 1; }));
    CHECK(night.rung.size() == 1);
    CHECK(night.notices->told() == 1);
}

TEST_CASE("on-call: told while the disk is full, nobody is rung again; it is kept once there is room")
{
    Night night;
    night.danger(mirai);
    int refusals = 0;
    night.store.before_commit = [&refusals](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (++refusals <= 20) return store::CommitFailure::full;
        return std::nullopt;
    };
    night.begin();
    CHECK(night.comes_true([&] { return night.rows() == Names{"on-call-told-4"}; }));
    CHECK(refusals == 21);
    CHECK(night.rung.size() == 1);
    CHECK(night.notices->told() == 1);
}

TEST_CASE("on-call: a store that cannot be read for a while, or one row that never can, keeps nobody from being told")
{
    Night night;
    night.danger(mirai);
    night.store.put_back(store::Space::timer, store::timer_key(night.clock.now(), mirai, ConversationId{"01JD0000000000000000000000"}, "on-call-4"), store::Value{"nonsense", 99});
    int failures = 4;
    night.store.before_read = [&failures](store::Space) {
        if (failures-- > 0) throw std::runtime_error("reading failed");
    };
    night.begin();
    CHECK(night.comes_true([&] { return night.notices->told() == 1; }));
}

#include "server/desk/timers.h"
#include "handoff/queue/wake.h"
#include "server/desk/on_call.h"
#include "server/ops/verify.h"
#include "tests/unit/desk/desk_fixture.h"

#include <boost/asio/detached.hpp>

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

std::vector<store::Timer> timers_in(const MemoryStore& store)
{
    std::vector<store::Timer> timers;
    for (const auto& [key, value] : store.rows(store::Space::timer))
        if (key.front() == 'd') timers.push_back(store::decode<store::Timer>(value.bytes).value());
    return timers;
}

/// A desk that calls somebody at night, and one person who asked for a human.
struct NightDesk : DeskFixture {
    CounselorId yamada;
    ConversationId id;

    NightDesk()
    {
        config.desks.front().on_call.webhook_url = "https://on-call.example/";
        yamada = hire("山田");
        say("U1", "e1", "こんにちは");
        say("U1", "e2", "人と話したい");
        id = only_conversation().id;
    }
    bool has(const std::string& name) const
    {
        return std::ranges::count(timers_in(store), name, &store::Timer::name) == 1;
    }
    void act(desk::Action action) { REQUIRE(command(id, yamada, std::move(action), make_ulid(clock.now(), random.bits())).ok()); }
    void fire_danger()
    {
        for (const auto& timer : timers_in(store))
            if (timer.name == handoff::timer_danger) {
                clock.set(timer.due);
                CHECK(run_on(context, desks.wake(timer)));
                return;
            }
        FAIL("nobody would notice");
    }
    void ring()
    {
        REQUIRE(has("on-call-4"));
        auto taken = [](DeskId, http::ClientRequest) -> net::awaitable<Result<http::Response, http::ClientFailure>> { co_return http::Response{204, {}, {}}; };
        net::io_context night;
        desk::OnCallNotices notices(night.get_executor(), store, config, clock, taken);
        net::co_spawn(night, notices.run(mirai, desk::OnCallNotices::Way::webhook), net::detached);
        for (int step = 0; step < 100 && !has("on-call-told-4"); ++step) night.poll_one();
        REQUIRE(has("on-call-told-4"));
    }
    void told_anew()
    {
        CHECK(has("on-call-4"));
        CHECK_FALSE(has("on-call-told-4"));
        CHECK(run_on(context, ops::verify_store(store)).ok());
    }
};

}  // namespace

TEST_CASE("timers: a timer is set with what begins it, survives a restart, fires once and is gone")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "01K0000000000000000000000A").ok());
    const auto set = timers_in(desk.store);
    const auto found = std::find_if(set.begin(), set.end(), [](const auto& timer) { return timer.name == handoff::timer_counselor_idle; });
    REQUIRE(found != set.end());
    CHECK(found->due == desk.clock.now() + std::chrono::minutes{30});

    desk.clock.set(found->due);
    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};
    run_on(desk.context, restarted.start());
    CHECK(run_on(desk.context, restarted.wake(*found)));
    const auto reminders = [&desk, &id] {
        const auto log = desk.log(id);
        return std::count_if(log.begin(), log.end(), [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.counselor_idle"; });
    };
    CHECK(reminders() == 1);
    CHECK(run_on(desk.context, restarted.wake(*found)));  // the same look again finds it replaced
    CHECK(reminders() == 1);
    for (const auto& timer : timers_in(desk.store)) CHECK(timer.due != found->due);
}

TEST_CASE("timers: set anew one takes the place of the one before, and she is told once how she stands")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    desk.clock.advance(std::chrono::minutes{10});
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "k1").ok());
    REQUIRE(desk.command(id, yamada, desk::Transfer{{}, "交代"}, "k2").ok());
    const auto set = timers_in(desk.store);
    REQUIRE(std::ranges::count(set, handoff::timer_queue_notice, &store::Timer::name) == 1);
    const auto notice = *std::ranges::find(set, handoff::timer_queue_notice, &store::Timer::name);
    desk.clock.advance(std::chrono::hours{2});
    const auto sent = desk.outbox.size();
    desk::Timers timers{desk.desks, desk.clock};
    CHECK(run_on(desk.context, timers.wake_due()) == 0);
    CHECK(desk.outbox.size() == sent + 1);
    CHECK(run_on(desk.context, desk.desks.wake(notice)));  // looked at by two at once: it is another by now
    CHECK(desk.outbox.size() == sent + 1);
}

TEST_CASE("timers: fired by another process in the same instant, one does nothing here")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto timer = timers_in(desk.store).front();
    desk.clock.set(timer.due);
    bool raced = false;
    desk.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (std::exchange(raced, true)) return std::nullopt;
        desk.store.put_back(store::Space::timer, store::timer_key(timer.due, mirai, timer.conversation, timer.name), std::nullopt);
        desk.store.put_back(store::Space::timer, store::timer_name_key(mirai, timer.conversation, timer.name), std::nullopt);
        return std::nullopt;
    };
    const auto sent = desk.outbox.size();
    CHECK(run_on(desk.context, desk.desks.wake(timer)));
    CHECK(raced);
    CHECK(desk.outbox.size() == sent);
}

TEST_CASE("timers: staff who are to be called stay with those who call them")
{
    NightDesk desk;
    desk.act(desk::SetRisk{4, "薬を飲んだと言っている"});
    run_on(desk.context, desk.desks.set_duty(mirai, desk.yamada, false));
    desk.fire_danger();
    REQUIRE(desk.has("on-call-4"));
    desk.clock.advance(std::chrono::minutes{1});
    desk::Timers timers{desk.desks, desk.clock};
    CHECK(run_on(desk.context, timers.wake_due()) == 0);
    CHECK(desk.has("on-call-4"));
}

TEST_CASE("timers: on an evening when more are due than one look reads at once, each is fired")
{
    DeskFixture desk;
    constexpr int people = 201;
    for (int i = 0; i < people; ++i) desk.say("U" + std::to_string(i), "e" + std::to_string(i), "こんにちは");
    const auto sent = desk.outbox.size();
    desk.clock.advance(std::chrono::hours{25});
    desk::Timers timers{desk.desks, desk.clock};
    CHECK(run_on(desk.context, timers.wake_due()) == 0);
    CHECK(desk.outbox.size() == sent + people);
}

TEST_CASE("timers: a desk taken out of config ends nothing: its timers stay, and its neighbours' are fired")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto set = timers_in(desk.store);
    REQUIRE(set.size() == 1);
    auto gone = set.front();
    gone.desk = DeskId{"gone"};
    auto conversation = desk.only_conversation();
    conversation.desk = gone.desk;
    conversation.position.playbook = PlaybookVersion{"of another day"};
    store::Batch batch;
    batch.writes.push_back({store::Space::conversation, store::conversation_key(gone.desk, conversation.id), store::encode(conversation)});
    batch.writes.push_back({store::Space::timer, store::timer_key(gone.due, gone.desk, gone.conversation, gone.name), store::encode(gone)});
    batch.writes.push_back({store::Space::timer, store::timer_name_key(gone.desk, gone.conversation, gone.name), store::encode(gone)});
    REQUIRE(run_on(desk.context, desk.store.commit(std::move(batch))).ok());

    desk.clock.set(gone.due);
    CHECK_FALSE(run_on(desk.context, desk.desks.wake(gone)));
    desk::Timers timers{desk.desks, desk.clock};
    CHECK(run_on(desk.context, timers.wake_due()) == 0);
    const auto left = timers_in(desk.store);
    const auto due_now = [&](const DeskId& id) {
        return std::any_of(left.begin(), left.end(), [&](const auto& timer) { return timer.desk == id && timer.due == gone.due; });
    };
    CHECK(due_now(gone.desk));
    CHECK_FALSE(due_now(mirai));
}

TEST_CASE("timers: a conversation or a timer that cannot be read is counted, and the others are fired")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto damaged = desk.only_conversation().id;
    desk.say("U2", "e2", "こんにちは");
    const auto set = timers_in(desk.store);
    REQUIRE(set.size() == 2);
    desk.clock.set(set.front().due);
    desk.store.put_back(store::Space::conversation, store::conversation_key(mirai, damaged), store::Value{"nonsense", 99});
    auto odd = set.front();
    odd.name = "odd";
    desk.store.put_back(store::Space::timer, store::timer_key(odd.due, mirai, odd.conversation, odd.name), store::Value{"nonsense", 99});

    desk::Timers timers{desk.desks, desk.clock};
    CHECK(run_on(desk.context, timers.wake_due()) == 2);
    for (const auto& timer : set) {
        const bool is_due = desk.store.read(store::Space::timer, store::timer_key(timer.due, mirai, timer.conversation, timer.name)).has_value();
        CHECK(is_due == (timer.conversation == damaged));
    }
}

TEST_CASE("timers: a store that cannot be read for a while ends nothing; the next look fires what is due")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto set = timers_in(desk.store);
    desk.clock.set(set.front().due);
    int failures = 3;
    desk.store.before_read = [&failures](store::Space) {
        if (failures-- > 0) throw std::runtime_error("reading failed");
    };
    desk::Timers timers{desk.desks, desk.clock};
    bool ended = false;
    net::co_spawn(desk.context, timers.run(), [&ended](std::exception_ptr) { ended = true; });
    desk.context.restart();
    const auto is_due = [&] { return desk.store.read(store::Space::timer, store::timer_key(set.front().due, mirai, set.front().conversation, set.front().name)).has_value(); };
    for (int step = 0; step < 1'000 && is_due(); ++step) desk.context.run_one();
    CHECK_FALSE(is_due());
    CHECK_FALSE(ended);
}

TEST_CASE("start: a row that cannot be read is left out, and the desk opens for everybody else")
{
    DeskFixture desk;
    const auto sato = desk.hire("佐藤");
    const auto tanaka = desk.hire("田中");
    for (const char* user : {"U1", "U2"}) {
        desk.say(user, std::string("e1") + user, "こんにちは");
        desk.say(user, std::string("e2") + user, "人と話したい");
    }
    REQUIRE(desk.desks.index().waiting(mirai) == 2);
    desk.store.put_back(store::Space::staff, store::staff_key(mirai, sato), store::Value{"nonsense", 99});
    desk.store.put_back(store::Space::conversation, store::conversation_key(mirai, desk.conversations().front().id), store::Value{"nonsense", 99});
    desk::DeskService restarted{desk.store, desk.config, desk.clock, desk.random};
    run_on(desk.context, restarted.start());
    CHECK(restarted.index().waiting(mirai) == 1);
    CHECK(restarted.index().counselor(mirai, tanaka));
    CHECK_FALSE(restarted.index().counselor(mirai, sato));
}

TEST_CASE("timers: while the store keeps nothing a timer stays due")
{
    DeskFixture desk;
    desk.say("U1", "e1", "こんにちは");
    const auto set = timers_in(desk.store);
    REQUIRE(set.size() == 1);
    CHECK(set.front().name == handoff::timer_bot_idle);
    desk.clock.set(set.front().due + std::chrono::hours{24});
    desk.store.before_commit = [](const store::Batch&) { return store::CommitFailure::full; };
    CHECK_FALSE(run_on(desk.context, desk.desks.wake(set.front())));
    CHECK(timers_in(desk.store).size() == 1);
    desk.store.before_commit = nullptr;
    CHECK(run_on(desk.context, desk.desks.wake(set.front())));
}

TEST_CASE("timers: danger that nobody has answered when the last one goes home is told to whoever is on call")
{
    DeskFixture desk;
    desk.config.desks.front().on_call.webhook_url = "https://on-call.example/";
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    REQUIRE(desk.command(id, yamada, desk::SetRisk{4, "薬を飲んだと言っている"}, "01K0000000000000000000000A").ok());
    const auto found = [&desk](const std::string& name) {
        const auto set = timers_in(desk.store);
        const auto timer = std::find_if(set.begin(), set.end(), [&name](const auto& one) { return one.name == name; });
        return timer == set.end() ? std::nullopt : std::optional(*timer);
    };
    const auto first = found(handoff::timer_danger);
    REQUIRE(first);
    desk.clock.set(first->due);
    CHECK(run_on(desk.context, desk.desks.wake(*first)));
    CHECK_FALSE(found("on-call-4"));
    const auto second = found(handoff::timer_danger);
    REQUIRE(second);
    run_on(desk.context, desk.desks.set_duty(mirai, yamada, false));
    desk.clock.set(second->due);
    CHECK(run_on(desk.context, desk.desks.wake(*second)));
    CHECK(found("on-call-4"));
    CHECK_FALSE(found(handoff::timer_danger));
}

TEST_CASE("timers: who came because she was called, and went without a word: whoever is on call is told anew, not half an hour later")
{
    NightDesk desk;
    desk.act(desk::SetRisk{4, "薬を飲んだと言っている"});
    run_on(desk.context, desk.desks.set_duty(mirai, desk.yamada, false));
    desk.fire_danger();
    desk.ring();
    desk.clock.set(desk.clock.now() + std::chrono::minutes{3});
    run_on(desk.context, desk.desks.set_duty(mirai, desk.yamada, true));
    desk.act(desk::Claim{});
    run_on(desk.context, desk.desks.set_duty(mirai, desk.yamada, false));
    desk.fire_danger();
    CHECK(desk.only_conversation().holder.is_queue());
    desk.told_anew();
}

TEST_CASE("timers: who held her, answered when others were called and then left new danger alone: whoever is on call is told anew, not an hour later")
{
    NightDesk desk;
    for (auto& day : desk.config.desks.front().line_channels.front().hours.weekly) day = {{0, 12 * 60}};
    desk.act(desk::Claim{});
    desk.clock.set(friday_eleven + std::chrono::minutes{65});  // five minutes after closing
    desk.act(desk::SetRisk{4, "薬を飲んだと言っている"});
    desk.fire_danger();
    desk.ring();
    desk.clock.set(desk.clock.now() + std::chrono::minutes{3});
    desk.act(desk::SendText{"今どこにいますか"});
    desk.act(desk::SetRisk{3, "家にいて、落ち着いている", handoff::all_seen});
    desk.act(desk::SetRisk{4, "また飲んだと言っている"});
    desk.fire_danger();
    CHECK(desk.has("on-call-told-4"));  // she wrote to her a moment ago
    desk.fire_danger();
    desk.told_anew();
}

TEST_CASE("her hours: a notice that a counselor's command begins is not pushed at night, and its entry says why; her own words are")
{
    DeskFixture desk;
    const auto yamada = desk.hire("山田");
    desk.say("U1", "e1", "こんにちは");
    desk.say("U1", "e2", "人と話したい");
    const auto id = desk.only_conversation().id;
    bot::SafeContact contact;
    contact.hours = {{127, 600, 720}};
    REQUIRE(desk.command(id, yamada, desk::SetSafeContact{contact}, "k1").ok());
    const auto sent = desk.outbox.size();

    desk.clock.advance(std::chrono::hours(16));  // three in the morning
    REQUIRE(desk.command(id, yamada, desk::Claim{}, "k2").ok());
    CHECK(desk.outbox.size() == sent);
    const auto log = desk.log(id);
    const auto joined = std::find_if(log.begin(), log.end(), [](const bot::Entry& entry) { return entry.text.starts_with("counselor.joined"); });
    REQUIRE(joined != log.end());
    CHECK(joined->state == bot::SendState::failed);
    CHECK(joined->failure == "send.failed.her_hours");
    REQUIRE(desk.command(id, yamada, desk::SendText{"お返事です"}, "k3").ok());
    CHECK(desk.outbox.size() == sent + 1);

    desk.say("U1", "e3", "起きています");
    REQUIRE(desk.command(id, yamada, desk::Close{"listened", true, handoff::all_seen}, "k4").ok());  // what answers her goes out at any hour
    CHECK(desk.outbox.size() == sent + 2);
}

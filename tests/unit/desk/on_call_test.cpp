#include "server/desk/on_call.h"

#include "server/desk/commit_plan.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace tsunagi;
using namespace tsunagi::desk;

namespace {

bot::Decision in_danger(std::uint8_t level)
{
    bot::Decision decision;
    auto& next = decision.next;
    next.desk = DeskId{"mirai"};
    next.id = ConversationId{"01JD000000000000000000MAMA"};
    next.person = PersonId{"01JD000000000000000000PERS"};
    next.nickname = "ゆき";
    next.holder.kind = bot::HolderKind::queue;
    next.handoff.emplace();
    decision.effects.emplace_back(bot::AlarmStaff{level});
    return decision;
}

std::vector<std::string> rows_written(std::uint8_t level, std::vector<OnCallTarget> targets, std::vector<store::Timer> timers = {},
                                      std::optional<bot::Conversation> before = std::nullopt)
{
    PlanInput input;
    input.cause = "event-1";
    if (before) input.before = &*before;
    input.on_call = std::move(targets);
    input.timers = std::move(timers);
    const auto plan = plan_commit(input, in_danger(level));
    std::vector<std::string> names;
    for (const auto& write : plan.batch.writes)
        if (write.space == store::Space::timer && write.bytes) names.push_back(store::decode<store::Timer>(*write.bytes).value().name);
    std::ranges::sort(names);
    return names;
}

const OnCallTarget webhook;
OnCallTarget address(std::size_t recipient) { return {.recipient = recipient}; }
std::string waiting(std::uint8_t level) { return timer_name({.level = level}); }
std::string told(std::uint8_t level) { return timer_name({.level = level, .told = true}); }
using Names = std::vector<std::string>;

const TimePoint told_at{std::chrono::hours{500'000}};

store::Timer timer(std::string name)
{
    return {DeskId{"mirai"}, ConversationId{"01JD000000000000000000MAMA"}, std::move(name), told_at + on_call_quiet};
}

/// As it was when the danger was heard again: who holds it, and when staff last did something there.
bot::Conversation left_alone(bot::HolderKind holder, TimePoint acted_at)
{
    auto conversation = in_danger(4).next;
    conversation.holder.kind = holder;
    conversation.staff_acted_at = acted_at;
    return conversation;
}

}  // namespace

TEST_CASE("on-call: a row's name tells target, level and whether it was told, and no other timer's name does")
{
    for (const auto target : {webhook, address(0), address(9)}) {
        for (const bool is_told : {false, true}) {
            const auto notice = on_call_notice(timer_name({.target = target, .level = 4, .told = is_told})).value();
            CHECK(notice.target == target);
            CHECK(notice.level == 4);
            CHECK(notice.told == is_told);
        }
    }
    CHECK(waiting(4) == "on-call-4");  // rows of an older program go on being told
    CHECK(told(3) == "on-call-told-3");
    for (const auto* other : {"queue.notice", "on-call-", "on-call-told-", "on-call-44", "on-call-x", "on-call-mail-4", "on-call-mail-x-4", "on-call-mail-0-", ""})
        CHECK_FALSE(on_call_notice(other).has_value());
}

TEST_CASE("on-call: what goes out is desk, level and a link, and nothing of hers")
{
    config::DeskConfig desk;
    desk.id = DeskId{"mirai"};
    desk.name = "みらい市 そうだん窓口";
    const auto body = nlohmann::json::parse(on_call_body(desk, timer(waiting(4)), "https://tsunagi.example"));
    CHECK(body.size() == 5);
    CHECK(body["level"] == 4);
    CHECK(body["link"] == "https://tsunagi.example/console/#/queue/01JD000000000000000000MAMA");
}

TEST_CASE("on-call: a mail says where to look, and nothing of hers; sent again it is the same mail")
{
    config::DeskConfig desk;
    desk.id = DeskId{"mirai"};
    desk.name = "みらい市 そうだん窓口";
    desk.on_call.email = config::OnCallEmail{.to = {"a@example.jp", "b@example.jp"}, .from = "tsunagi@example.jp", .relay = "smtp://localhost"};
    bot::Playbook playbook;
    playbook.languages = {"ja"};
    playbook.messages = {{"on_call.mail.subject", {{"ja", "確認のお願い"}}}, {"on_call.mail.body", {{"ja", "{desk} R{level} {link}"}}}};
    const auto row = timer(timer_name({.target = address(1), .level = 4}));
    const auto mail = on_call_mail(desk, playbook, row, 1, "https://tsunagi.example", TimePoint{});
    CHECK(mail.to == "b@example.jp");
    CHECK(mail.subject == "確認のお願い");
    CHECK(mail.body == "みらい市 そうだん窓口 R4 https://tsunagi.example/console/#/queue/01JD000000000000000000MAMA");
    CHECK(mail::on_the_wire(mail).has_value());
    CHECK(on_call_mail(desk, playbook, row, 1, "https://tsunagi.example", TimePoint{std::chrono::hours{1}}).id == mail.id);
    CHECK(on_call_mail(desk, playbook, row, 0, "https://tsunagi.example", TimePoint{}).id != mail.id);
}

TEST_CASE("on-call: kept in the very commit that heard the danger, a row for each who is on call")
{
    CHECK(rows_written(4, {webhook}) == Names{"on-call-4", "on-call-4"});  // by due time and by name
    CHECK(rows_written(4, {webhook, address(0)}) == Names{"on-call-4", "on-call-4", "on-call-mail-0-4", "on-call-mail-0-4"});
    CHECK(rows_written(4, {}).empty());
}

TEST_CASE("on-call: the same danger is told once, a greater one again")
{
    CHECK(rows_written(3, {webhook}, {timer(waiting(3))}).empty());
    CHECK(rows_written(3, {webhook}, {timer(told(4))}).empty());
    CHECK(rows_written(4, {webhook}, {timer(told(3))}).size() == 2);
    CHECK(rows_written(4, {webhook}, {timer("queue.notice")}).size() == 2);
}

TEST_CASE("on-call: danger after staff took her, answered her or let her go is told anew, also within the half hour")
{
    using bot::HolderKind;
    using std::chrono::minutes;
    const auto again = [](const bot::Conversation& before) { return rows_written(4, {webhook}, {timer(told(4))}, before).size(); };
    CHECK(again(left_alone(HolderKind::queue, {})) == 0);  // she writes on, nobody has come yet
    CHECK(again(left_alone(HolderKind::counselor, told_at - minutes{60})) == 0);
    CHECK(again(left_alone(HolderKind::counselor, told_at + minutes{3})) == 2);  // who came, or held it and answered, has gone
    CHECK(again(left_alone(HolderKind::queue, told_at + minutes{6})) == 2);      // put back
    CHECK(again(left_alone(HolderKind::closed, told_at + minutes{10})) == 2);
    CHECK(rows_written(4, {webhook}, {timer(waiting(4))}, left_alone(HolderKind::closed, told_at + minutes{10})).empty());  // not told yet
}

TEST_CASE("on-call: who was told does not keep another from being told")
{
    const auto mail_told = timer(timer_name({.target = address(0), .level = 4, .told = true}));
    CHECK(rows_written(4, {webhook, address(0), address(1)}, {mail_told}) == Names{"on-call-4", "on-call-4", "on-call-mail-1-4", "on-call-mail-1-4"});
    CHECK(rows_written(4, {webhook, address(0)}, {timer(told(4))}) == Names{"on-call-mail-0-4", "on-call-mail-0-4"});
}

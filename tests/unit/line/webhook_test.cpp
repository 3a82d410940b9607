// A webhook request as a whole: whose it is, and what LINE is told when not all of it could be kept.
#include "server/line/webhook.h"

#include "server/line/signature.h"
#include "tests/unit/desk/desk_fixture.h"

#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// A desk with an account for each of two towns, both with the same webhook address.
struct TwoAccounts : DeskFixture {
    ops::Metrics metrics;
    std::vector<std::string> left_by;
    http::Route route = line::webhook_route(desks, metrics, [this](const DeskId&, const std::string& channel, const line::GroupVisit&) {
        left_by.push_back(channel);
    });

    TwoAccounts()
    {
        auto& channels = config.desks.front().line_channels;
        channels.front().bot_user_id = "Ufirst";
        auto second = channels.front();
        second.name = "line-second";
        second.secrets = {"another secret"};
        second.bot_user_id = "Usecond";
        channels.push_back(second);
    }
    unsigned post(const std::string& secret, const std::string& destination, const std::string& events)
    {
        http::Request request;
        request.method = http::Method::post;
        request.captures["desk"] = mirai.text;
        request.body = R"({"destination":")" + destination + R"(","events":[)" + events + "]}";
        request.fields.emplace_back("X-Line-Signature", line::sign(request.body, secret));
        return run_on(context, route.handler(std::move(request))).status;
    }
    static std::string words(const std::string& user, const std::string& id)
    {
        return R"({"type":"message","webhookEventId":"e)" + id + R"(","timestamp":1795140000000,"source":{"type":"user","userId":")" + user +
               R"("},"message":{"type":"text","id":")" + id + R"(","text":"ことば)" + id + R"("}})";
    }
    std::multiset<std::string> kept()
    {
        std::multiset<std::string> texts;
        for (const auto& conversation : conversations())
            for (const auto& entry : log(conversation.id))
                if (entry.kind == bot::EntryKind::inbound) texts.insert(entry.text);
        return texts;
    }
};

}  // namespace

TEST_CASE("webhook: of a desk's accounts the one whose secret signed it is who is written to, and who answers")
{
    for (const bool is_second : {false, true}) {
        TwoAccounts desk;
        const std::string secret = is_second ? "another secret" : "secret";
        const std::string destination = is_second ? "Usecond" : "Ufirst";
        const std::string channel = is_second ? "line-second" : "line-main";
        CHECK(desk.post(secret, destination, TwoAccounts::words("U1", "1") + R"(,{"type":"join","source":{"type":"group","groupId":"C1"}})") == 200);
        CHECK(desk.only_conversation().address.channel == channel);
        REQUIRE_FALSE(desk.outbox.empty());
        CHECK(desk.outbox.front().to.channel == channel);
        CHECK(desk.left_by == std::vector{channel});
    }
}

TEST_CASE("webhook: what is signed by one account and meant for another is refused, and nothing of it is kept")
{
    TwoAccounts desk;
    CHECK(desk.post("secret", "Usecond", TwoAccounts::words("U1", "1")) == 400);
    CHECK(desk.post("another secret", "Ufirst", TwoAccounts::words("U1", "1")) == 400);
    CHECK(desk.post("a third", "Ufirst", TwoAccounts::words("U1", "1")) == 401);
    CHECK(desk.conversations().empty());
}

TEST_CASE("webhook: when one of several cannot be kept LINE is asked to come again, and then each is there once")
{
    for (const std::string lost : {"1", "2", "3"}) {
        CAPTURE(lost);
        TwoAccounts desk;
        const std::string events = TwoAccounts::words("U1", "1") + "," + TwoAccounts::words("U2", "2") + "," + TwoAccounts::words("U3", "3");
        const auto key = store::event_key(mirai, EventId{"e" + lost});
        desk.store.before_commit = [&](const store::Batch& batch) -> std::optional<store::CommitFailure> {
            const bool is_it = std::ranges::any_of(batch.writes, [&](const auto& write) { return write.key == key; });
            return is_it ? std::optional(store::CommitFailure::full) : std::nullopt;
        };
        CHECK(desk.post("secret", "Ufirst", events) == 500);
        CHECK(desk.kept().size() == 2);
        desk.store.before_commit = {};
        CHECK(desk.post("secret", "Ufirst", events) == 200);
        CHECK(desk.kept() == std::multiset<std::string>{"ことば1", "ことば2", "ことば3"});
    }
}

TEST_CASE("webhook: a message alone that cannot be kept is asked for again as well")
{
    TwoAccounts desk;
    desk.store.before_commit = [](const store::Batch&) { return std::optional(store::CommitFailure::unavailable); };
    CHECK(desk.post("secret", "Ufirst", TwoAccounts::words("U1", "1")) == 500);
    CHECK(desk.kept().empty());
}

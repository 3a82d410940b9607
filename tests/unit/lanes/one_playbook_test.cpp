#include "handoff/queue/receive.h"
#include "server/config/config.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

using namespace tsunagi;

// bot/ and handoff/ know no threads, but the lanes of the server read one playbook all at once: its flows, its guide, its rules for danger.
// Under ThreadSanitizer this program stands for all that is pure (tests/run sanitizers).

namespace {

constexpr int lanes = 4;

/// A consultation that passes the flow, danger of several kinds and scripts, and another language.
const std::vector<std::string> her_words = {
    "こんばんは",
    "家賃が払えなくて、子どもと二人でどうしたらいいか分かりません",
    "児童扶養手当の現況届はいつまでですか。別居中の夫が毎晩来て叩くので鼓膜がやぶれました",
    "もう",
    "消えたい",
    "English",
    "My husband says he will kill me tonight",
    "ｼ ﾆ ﾀ ｲ です。くすりを40錠のみました",
};

using Heard = std::vector<std::string>;  // each line of the log, and how dangerous it was

Heard consult(const bot::Playbook& playbook)
{
    constexpr TimePoint start{std::chrono::milliseconds{1'795'140'000'000}};
    bot::Conversation conversation;
    conversation.desk = playbook.desk;
    conversation.id = ConversationId{"01A"};
    conversation.person = PersonId{"01P"};
    conversation.address = {bot::ChannelKind::line, "line-main", "U-someone"};
    conversation.opened_at = start;
    Heard heard;
    for (std::size_t turn = 0; turn < her_words.size(); ++turn) {
        bot::Inbound inbound;
        inbound.desk = playbook.desk;
        inbound.event = EventId{"event-" + std::to_string(turn)};
        inbound.from = conversation.address;
        inbound.message_id = "message-" + std::to_string(turn);
        inbound.sent_at = inbound.received_at = start + std::chrono::seconds(turn);
        inbound.content = bot::TextReceived{her_words[turn], ""};
        const auto decision = handoff::receive(conversation, inbound, playbook, {}, inbound.received_at);
        for (const auto& entry : decision.log) heard.push_back(std::to_string(entry.risk ? entry.risk->level : 0) + " " + entry.text);
        conversation = decision.next;
    }
    return heard;
}

}  // namespace

TEST_CASE("lanes: four of them read one playbook at once, and each hears and says what one alone would")
{
    const auto loaded = config::load("config", config::Purpose::check);
    const auto& playbook = *loaded.playbooks.at(DeskId{"mirai"});
    std::array<Heard, lanes> heard;
    {
        std::array<std::jthread, lanes> threads;
        for (int lane = 0; lane < lanes; ++lane)
            threads[lane] = std::jthread([&, lane] { heard[lane] = consult(playbook); });
    }
    const auto alone = consult(playbook);
    CHECK(alone.size() > 2 * her_words.size());
    for (const auto& lane : heard) CHECK(lane == alone);
}

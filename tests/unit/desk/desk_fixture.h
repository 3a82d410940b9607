#pragma once
#include "server/desk/desk_service.h"
#include "server/store/keys.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/memory_store.h"
#include "tests/support/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tsunagi::testing {

inline const DeskId mirai{"mirai"};
inline const TimePoint friday_eleven = from_unix_ms(1'795'140'000'000);  // 2026-11-20 11:00 in Japan

/// A desk that is always open, with a flow that greets, asks one question and hands over on the word 「人」.
inline config::Loaded small_config()
{
    config::Loaded config;
    config.server.master_key = std::string(64, 'a');
    config::DeskConfig desk;
    desk.id = mirai;
    desk.name = "みらい";
    desk.languages = {"ja"};
    config::LineChannel channel;
    channel.name = "line-main";
    channel.secrets = {"secret"};
    for (auto& day : channel.hours.weekly) day = {{0, 1440}};
    channel.hours.closed_on_public_holidays = false;
    desk.line_channels.push_back(channel);
    config.desks.push_back(desk);

    bot::Playbook playbook;
    playbook.desk = mirai;
    playbook.version = PlaybookVersion{"0123456789abcdef"};
    playbook.languages = {"ja"};
    playbook.entry = FlowId{"first"};
    playbook.human_words = {"人と話したい"};
    playbook.desk_name = desk.name;
    bot::Flow flow;
    flow.id = playbook.entry;
    flow.start = NodeId{"hello"};
    flow.nodes[NodeId{"hello"}] = {NodeId{"hello"}, bot::Say{{{"ja", "こんにちは"}}, NodeId{"story"}}, 1};
    bot::Ask ask;
    ask.kind = bot::AskKind::text;
    ask.texts = {{"ja", "どうしましたか"}};
    ask.save = "story";
    ask.next = NodeId{"again"};
    flow.nodes[NodeId{"story"}] = {NodeId{"story"}, ask, 2};
    ask.texts = {{"ja", "ほかには？"}};
    ask.save = "more";
    ask.next = NodeId{"again"};
    flow.nodes[NodeId{"again"}] = {NodeId{"again"}, ask, 3};
    playbook.flows.emplace(flow.id, flow);
    for (const char* key : {"queue.entered.open", "queue.entered.nobody", "queue.kept", "counselor.joined", "counselor.returned",
                            "counselor.closed", "counselor.changed", "back.same_counselor", "back.queue", "timer.bot_idle",
                            "timer.queue_notice", "timer.queue_notice.nobody"})
        playbook.messages[key] = {{"ja", std::string(key) + " {name}{place}"}};
    bot::prepare(playbook);
    config.playbooks.emplace(mirai, std::make_shared<const bot::Playbook>(std::move(playbook)));
    config.sources[mirai] = {{"flows/first.yaml", "flow: first"}};
    return config;
}

/// A desk service over a store in memory, with the clock in the test's hand.
struct DeskFixture {
    config::Loaded config = small_config();
    MemoryStore store;
    FixedClock clock{friday_eleven};
    SeededRandom random{7};
    net::io_context context;
    desk::DeskService desks{store, config, clock, random};
    std::vector<store::OutboxRow> outbox;

    DeskFixture()
    {
        desks.on_outbox([this](store::OutboxRow row) { outbox.push_back(std::move(row)); });
        run_on(context, desks.start());
    }

    CounselorId hire(const std::string& name, handoff::Role role = handoff::Role::counselor)
    {
        store::StaffAccount account;
        account.id = CounselorId{make_ulid(clock.now(), random.bits())};
        account.desk = mirai;
        account.login = name;
        account.name = name;
        account.role = role;
        store::Batch batch;
        batch.writes.push_back({store::Space::staff, store::staff_key(mirai, account.id), store::encode(account)});
        batch.writes.push_back({store::Space::staff, store::login_key(mirai, account.login), store::encode(store::LoginOwner{account.id})});
        CHECK(run_on(context, store.commit(std::move(batch))).ok());
        CHECK(run_on(context, desks.set_duty(mirai, account.id, true)));
        return account.id;
    }

    bot::Inbound text(const std::string& user, const std::string& event, const std::string& words)
    {
        bot::Inbound inbound;
        inbound.desk = mirai;
        inbound.event = EventId{event};
        inbound.from = {bot::ChannelKind::line, "line-main", user};
        inbound.message_id = "m-" + event;
        inbound.sent_at = inbound.received_at = clock.now();
        inbound.reply = bot::ReplyToken{"token-" + event, clock.now()};
        inbound.content = bot::TextReceived{words, {}};
        return inbound;
    }
    desk::Received say(const std::string& user, const std::string& event, const std::string& words)
    {
        return run_on(context, desks.receive(text(user, event, words)));
    }

    std::vector<bot::Conversation> conversations()
    {
        std::vector<bot::Conversation> all;
        for (const auto& [key, value] : store.rows(store::Space::conversation))
            all.push_back(store::decode<bot::Conversation>(value.bytes).value());
        return all;
    }
    bot::Conversation only_conversation()
    {
        const auto all = conversations();
        REQUIRE(all.size() == 1);
        return all.front();
    }
    std::vector<bot::Entry> log(const ConversationId& conversation)
    {
        auto range = store::entries_of(mirai, conversation);
        range.limit = 100'000;
        std::vector<bot::Entry> entries;
        for (const auto& row : run_on(context, store.scan(range)))
            entries.push_back(store::decode<bot::Entry>(row.value.bytes).value());
        return entries;
    }
    /// As if the detector had heard R4 in the entry `seq` of the only conversation there is.
    void mark(std::uint64_t seq)
    {
        const auto conversation = only_conversation();
        for (auto entry : log(conversation.id)) {
            if (entry.seq != seq) continue;
            entry.risk = bot::RiskMark{.level = 4, .categories = {"medical"}, .spans = {}, .dismissed_by = {}, .dismissed_reason = {}};
            const store::PersonScope scope{mirai.text, conversation.person.text};
            store::Batch batch;
            batch.writes.push_back({store::Space::entry, store::entry_key(mirai, conversation.id, entry.at, seq), store::encode(entry, scope)});
            REQUIRE(store.apply(batch).ok());
        }
    }
    Result<desk::Commanded, desk::CommandFailure> command(const ConversationId& conversation, const CounselorId& by,
                                                            desk::Action action, const std::string& key)
    {
        return run_on(context, desks.command({mirai, conversation, by, key, std::move(action)}));
    }
};

/// Of the only conversation there is.
inline bool stands_in_log(DeskFixture& desk, const std::string& words)
{
    const auto log = desk.log(desk.only_conversation().id);
    return std::any_of(log.begin(), log.end(), [&](const bot::Entry& entry) { return entry.text.find(words) != std::string::npos; });
}

}  // namespace tsunagi::testing

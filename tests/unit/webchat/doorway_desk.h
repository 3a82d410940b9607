#pragma once
#include "server/desk/timers.h"
#include "server/webchat/doorway.h"
#include "server/webchat/visits.h"
#include "tests/unit/desk/desk_fixture.h"

#include <doctest/doctest.h>

// A desk whose LINE is only a doorway, and what goes out there.

namespace tsunagi::testing {

using namespace tsunagi::webchat;

inline config::Loaded doorway_config()
{
    auto config = small_config();
    config.desks.front().content_on_line = config::ContentOnLine::doorway;
    config.desks.front().web_chat.enabled = true;
    auto playbook = *config.playbooks.at(mirai);
    for (const char* key : {"door.greeting", "door.answer", "door.ring"})
        playbook.messages[key] = {{"ja", std::string(key) + " {link}"}};
    playbook.messages["safety.disguise"] = {{"ja", "くらしのお知らせ"}};
    playbook.messages["door.button"] = {{"ja", "はじめる"}};
    config.playbooks[mirai] = std::make_shared<const bot::Playbook>(std::move(playbook));
    return config;
}

inline const TimePoint saturday_ten = friday_eleven + std::chrono::hours(23);

/// Reached on LINE in `hours`, as staff agreed with her.
inline bot::SafeContact reached_on(std::vector<bot::ContactHours> hours)
{
    bot::SafeContact contact;
    contact.may_push = true;
    contact.channel = "line";
    contact.hours = std::move(hours);
    return contact;
}

/// A desk whose LINE is only a doorway.
struct DoorwayDesk {
    config::Loaded config = doorway_config();
    MemoryStore store;
    FixedClock clock{friday_eleven};
    SeededRandom random{7};
    net::io_context context;
    desk::DeskService desks{store, config, clock, random};
    Secrets secrets{std::string(64, 'a'), random};
    Listeners listeners{store};
    Doorway doorway{desks, secrets, listeners, "https://desk.example.jp"};
    Visits visits{desks, secrets};
    std::vector<store::OutboxRow> outbox;

    DoorwayDesk()
    {
        desks.on_outbox([this](store::OutboxRow row) { outbox.push_back(std::move(row)); });
        desks.set_doorway([this](bot::Conversation conversation, desk::DoorOccasion occasion) {
            return doorway.notice(std::move(conversation), occasion);
        });
        run_on(context, desks.start());
    }
    /// She says something on the page that `token` opened.
    desk::Received write(const std::string& token, const std::string& event, const std::string& text)
    {
        const auto visit = run_on(context, visits.find(mirai, token)).value();
        bot::Inbound inbound;
        inbound.desk = mirai;
        inbound.event = EventId{event};
        inbound.message_id = event;
        inbound.from = Visits::address_of(visit);
        inbound.sent_at = inbound.received_at = clock.now();
        inbound.content = bot::TextReceived{text, {}};
        return run_on(context, desks.receive(std::move(inbound)));
    }
    desk::Received knock(const std::string& event, bot::InboundContent content)
    {
        bot::Inbound inbound;
        inbound.desk = mirai;
        inbound.event = EventId{event};
        inbound.from = {bot::ChannelKind::line, "line-main", "U1"};
        if (std::holds_alternative<bot::TextReceived>(content)) inbound.message_id = "m-" + event;
        inbound.sent_at = inbound.received_at = clock.now();
        inbound.reply = bot::ReplyToken{"token-" + event, clock.now()};
        inbound.content = std::move(content);
        return run_on(context, desks.receive(std::move(inbound)));
    }
    bot::Conversation conversation()
    {
        const auto& rows = store.rows(store::Space::conversation);
        REQUIRE(rows.size() == 1);
        return store::decode<bot::Conversation>(rows.begin()->second.bytes).value();
    }
    /// The link's secret in the last thing that went to LINE.
    std::string last_door() const
    {
        const auto& text = outbox.back().messages.front().message.text;
        return text.substr(text.find('#') + 1);
    }
    Visits::Entry enter(const std::string& door) { return run_on(context, visits.open_by_door(mirai, door)); }
    CounselorId hire()
    {
        store::StaffAccount account;
        account.id = CounselorId{make_ulid(clock.now(), random.bits())};
        account.desk = mirai;
        account.login = account.name = "山田";
        store::Batch batch;
        batch.writes.push_back({store::Space::staff, store::staff_key(mirai, account.id), store::encode(account)});
        batch.writes.push_back({store::Space::staff, store::login_key(mirai, account.login), store::encode(store::LoginOwner{account.id})});
        CHECK(run_on(context, store.commit(std::move(batch))).ok());
        CHECK(run_on(context, desks.set_duty(mirai, account.id, true)));
        return account.id;
    }
    CounselorId yamada;
    /// She may be reached from ten to twelve; on Saturday at three a counselor answers what she wrote the day before.
    void answer_at_night()
    {
        yamada = hire();
        knock("e1", bot::TextReceived{"人と話したい", {}});
        CHECK(command(yamada, desk::SetSafeContact{reached_on({{127, 600, 720}})}, "k1"));
        look_at(friday_eleven);
        clock.set(friday_eleven + std::chrono::hours(16));
        CHECK(command(yamada, desk::Claim{}, "k2"));
        CHECK(command(yamada, desk::SendText{"お返事です"}, "k3"));
    }
    /// The timers are looked through at `now`.
    void look_at(TimePoint now)
    {
        clock.set(now);
        desk::Timers timers{desks, clock};
        CHECK(run_on(context, timers.wake_due()) == 0);
    }
    std::ptrdiff_t events(const std::string& name)
    {
        std::ptrdiff_t found = 0;
        for (const auto& row : run_on(context, store.scan(store::entries_of(mirai, conversation().id)))) {
            const auto entry = store::decode<bot::Entry>(row.value.bytes).value();
            found += entry.event && entry.event->name == name ? 1 : 0;
        }
        return found;
    }
    bool command(const CounselorId& by, desk::Action action, const std::string& key)
    {
        return run_on(context, desks.command({mirai, conversation().id, by, key, std::move(action)})).ok();
    }
};

inline bool is_neutral(const store::OutboxRow& row)
{
    return row.messages.size() == 1 && row.messages.front().message.text.starts_with("door.");
}

inline bot::SafeContact with_safe_word(const char* word)
{
    bot::SafeContact contact;
    contact.safe_word = word;
    contact.may_push = true;
    contact.channel = "line";
    return contact;
}

}  // namespace tsunagi::testing

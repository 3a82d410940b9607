#include "server/ops/verify.h"
#include "tests/unit/webchat/doorway_desk.h"

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace tsunagi::webchat;
using Outcome = Visits::Entry::Outcome;

TEST_CASE("doorway: what she writes on LINE is kept, and answered there with the way in and nothing else")
{
    DoorwayDesk desk;
    CHECK(desk.knock("e1", bot::Followed{}) == desk::Received::committed);
    CHECK(desk.knock("e2", bot::TextReceived{"夫に殴られます", {}}) == desk::Received::committed);
    REQUIRE(desk.outbox.size() == 2);
    for (const auto& row : desk.outbox) CHECK(is_neutral(row));
    CHECK(desk.outbox[0].messages.front().message.text.starts_with("door.greeting https://desk.example.jp/chat/mirai#"));
    CHECK(desk.outbox[1].messages.front().message.text.starts_with("door.answer"));
    CHECK(desk.outbox[1].reply.has_value());

    auto range = store::entries_of(mirai, desk.conversation().id);
    bool kept = false;
    for (const auto& row : run_on(desk.context, desk.store.scan(range))) {
        const auto entry = store::decode<bot::Entry>(row.value.bytes).value();
        kept = kept || entry.text == "夫に殴られます";
        if (entry.kind == bot::EntryKind::outbound) CHECK(entry.state == bot::SendState::accepted);
    }
    CHECK(kept);
}

TEST_CASE("doorway: the button is a knock and no answer to the bot; blocking is not answered")
{
    DoorwayDesk desk;
    desk.knock("e1", bot::Followed{});
    const auto before = desk.conversation().next_seq;
    desk.knock("e2", bot::PostbackReceived{desk::door_button_data, {}});
    CHECK(desk.outbox.size() == 2);
    CHECK(desk.conversation().next_seq == before + 2);  // the knock itself and the notice; the bot said nothing
    desk.knock("e3", bot::Unsent{"m-0"});
    desk.knock("e4", bot::Unfollowed{});
    CHECK(desk.outbox.size() == 2);
}

TEST_CASE("doorway: into a chat that another tool leads no link is sent")
{
    DoorwayDesk desk;
    bot::Inbound inbound;
    inbound.desk = mirai;
    inbound.event = EventId{"e1"};
    inbound.from = {bot::ChannelKind::line, "line-main", "U1"};
    inbound.message_id = "m-e1";
    inbound.sent_at = inbound.received_at = desk.clock.now();
    inbound.standby = true;
    inbound.content = bot::TextReceived{"こんにちは", {}};
    CHECK(run_on(desk.context, desk.desks.receive(std::move(inbound))) == desk::Received::committed);
    CHECK(desk.outbox.empty());
}

TEST_CASE("doorway: the link joins the page to the same person, once, within half an hour")
{
    DoorwayDesk desk;
    desk.knock("e1", bot::TextReceived{"こんにちは", {}});
    const auto door = desk.last_door();
    CHECK(run_on(desk.context, desk.visits.open_by_door(DeskId{"hoshi"}, door)).outcome == Outcome::unknown);
    const auto entered = desk.enter(door);
    REQUIRE(entered.outcome == Outcome::opened);
    CHECK(desk.enter(door).outcome == Outcome::unknown);

    const auto visit = run_on(desk.context, desk.visits.find(mirai, entered.token)).value();
    CHECK(desk.write(entered.token, "w1", "つづきです") == desk::Received::committed);
    CHECK(desk.conversation().person == run_on(desk.context, desk.desks.owner_of(mirai, Visits::address_of(visit)))->person);
    CHECK(desk.outbox.size() == 1);  // what is said on the page goes nowhere else

    desk.knock("e2", bot::TextReceived{"また来ました", {}});
    const auto late = desk.last_door();
    desk.clock.advance(door_life + std::chrono::seconds(1));
    CHECK(desk.enter(late).outcome == Outcome::unknown);
    CHECK(desk.enter("").outcome == Outcome::unknown);
}

TEST_CASE("doorway: an answer rings only for who wished it, once, and not while her page is open")
{
    DoorwayDesk desk;
    const auto yamada = desk.hire();
    desk.knock("e1", bot::TextReceived{"人と話したい", {}});
    CHECK(desk.command(yamada, desk::Claim{}, "k1"));
    CHECK(desk.command(yamada, desk::SendText{"住所を教えてください"}, "k2"));
    CHECK(desk.outbox.size() == 1);  // she did not ask to be told
    auto by_phone = reached_on({});
    by_phone.channel = "phone";
    CHECK(desk.command(yamada, desk::SetSafeContact{by_phone}, "k2a"));
    CHECK(desk.command(yamada, desk::SendText{"お電話します"}, "k2b"));
    CHECK(desk.outbox.size() == 1);  // what was agreed on is another way than LINE

    CHECK(run_on(desk.context, desk.doorway.set_bell(mirai, desk.conversation().id, true)));
    const auto topic = Listeners::topic_of_conversation("mirai", desk.conversation().id.text);
    auto page = desk.listeners.listen(desk.context.get_executor(), topic);
    CHECK(desk.command(yamada, desk::SendText{"見えていますか"}, "k3"));
    CHECK(desk.outbox.size() == 1);
    page.reset();

    CHECK(desk.command(yamada, desk::SendText{"お返事です"}, "k4"));
    CHECK(desk.command(yamada, desk::SendText{"もうひとつ"}, "k5"));
    REQUIRE(desk.outbox.size() == 2);
    CHECK(desk.outbox.back().messages.front().message.text.starts_with("door.ring"));
    CHECK_FALSE(desk.outbox.back().reply.has_value());

    // She comes, by the link or by the code on her paper: what counts is that her page reads the talk.
    CHECK(run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id)));
    CHECK(desk.command(yamada, desk::SendText{"また今度"}, "k6"));
    REQUIRE(desk.outbox.size() == 3);
    for (const auto& row : desk.outbox) CHECK(is_neutral(row));
}

TEST_CASE("doorway: an answer at three in the morning rings in the first minute she agreed to, and staff see that it waits")
{
    DoorwayDesk desk;
    desk.answer_at_night();
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.events("event.ring_waits") == 1);
    CHECK(desk.command(desk.yamada, desk::SendText{"もうひとつ"}, "k4"));
    CHECK(desk.events("event.ring_waits") == 1);  // it waits already

    desk.look_at(saturday_ten - std::chrono::minutes(1));
    CHECK(desk.outbox.size() == 1);
    desk.look_at(saturday_ten);
    REQUIRE(desk.outbox.size() == 2);
    CHECK(desk.outbox.back().messages.front().message.text.starts_with("door.ring"));
    CHECK(desk.enter(desk.last_door()).outcome == Outcome::opened);
    desk.look_at(saturday_ten + std::chrono::hours(24));
    CHECK(desk.outbox.size() == 2);
}

TEST_CASE("doorway: a ring that waits is not heard once she has read, is reading, has knocked, or may not be told any more")
{
    {
        DoorwayDesk desk;
        desk.answer_at_night();
        run_on(desk.context, desk.doorway.she_reads(mirai, desk.conversation().id));
        desk.look_at(saturday_ten);
        CHECK(desk.outbox.size() == 1);
    }
    {
        DoorwayDesk desk;
        desk.answer_at_night();
        const auto topic = Listeners::topic_of_conversation("mirai", desk.conversation().id.text);
        const auto page = desk.listeners.listen(desk.context.get_executor(), topic);
        desk.look_at(saturday_ten);
        CHECK(desk.outbox.size() == 1);
    }
    {
        DoorwayDesk desk;
        desk.answer_at_night();
        desk.knock("e9", bot::TextReceived{"まだですか", {}});  // answered at once, at whatever hour
        REQUIRE(desk.outbox.size() == 2);
        CHECK(desk.outbox.back().messages.front().message.text.starts_with("door.answer"));
        desk.look_at(saturday_ten);
        CHECK(desk.outbox.size() == 2);
    }
    {
        DoorwayDesk desk;
        desk.answer_at_night();
        CHECK(desk.command(desk.yamada, desk::SetSafeContact{}, "k9"));
        desk.look_at(saturday_ten);
        CHECK(desk.outbox.size() == 1);
    }
}

TEST_CASE("doorway: when her hours are changed, a ring that waits follows the new ones")
{
    DoorwayDesk desk;
    desk.answer_at_night();
    CHECK(desk.command(desk.yamada, desk::SetSafeContact{reached_on({{1, 600, 660}})}, "k9"));  // on Sundays
    desk.look_at(desk.clock.now());
    CHECK(desk.events("event.ring_waits") == 2);
    desk.look_at(saturday_ten);
    CHECK(desk.outbox.size() == 1);
    CHECK(desk.command(desk.yamada, desk::SetSafeContact{reached_on({})}, "k10"));
    desk.look_at(desk.clock.now());
    CHECK(desk.outbox.size() == 2);
}

TEST_CASE("doorway: verify finds nothing broken in a talk through both doors, with a notice still waiting for LINE")
{
    DoorwayDesk desk;
    desk.knock("e1", bot::TextReceived{"こんにちは", {}});
    const auto entered = desk.enter(desk.last_door());
    REQUIRE(desk.write(entered.token, "w1", "つづきです") == desk::Received::committed);
    const auto verified = run_on(desk.context, ops::verify_store(desk.store));
    for (const auto& broken : verified.broken) FAIL_CHECK(broken.what);
    CHECK(verified.outbox_rows == 1);
}

TEST_CASE("doorway: a new link closes the one before it")
{
    DoorwayDesk desk;
    desk.knock("e1", bot::TextReceived{"こんにちは", {}});
    const auto first = desk.last_door();
    desk.knock("e2", bot::TextReceived{"もう一度", {}});
    CHECK(desk.enter(first).outcome == Outcome::unknown);
    CHECK(desk.enter(desk.last_door()).outcome == Outcome::opened);
}

TEST_CASE("doorway: after her safe word no link leads whoever holds her phone to the talk, until staff end it")
{
    DoorwayDesk desk;
    const auto yamada = desk.hire();
    desk.knock("e1", bot::TextReceived{"人と話したい", {}});
    CHECK(desk.command(yamada, desk::Claim{}, "k1"));
    CHECK(desk.command(yamada, desk::SetSafeContact{with_safe_word("青い傘")}, "k2"));
    desk.knock("e2", bot::TextReceived{"いま話せます", {}});
    const auto open = desk.last_door();

    desk.knock("e3", bot::TextReceived{"青い傘", {}});
    REQUIRE(desk.conversation().risk.disguised);
    REQUIRE(desk.outbox.size() == 3);
    CHECK(desk.outbox.back().messages.front().message.text == "くらしのお知らせ");
    CHECK(desk.outbox.back().messages.front().message.quick_replies.empty());
    CHECK(desk.enter(open).outcome == Outcome::unknown);
    desk.knock("e4", bot::TextReceived{"だれですか", {}});
    desk.knock("e5", bot::PostbackReceived{desk::door_button_data, {}});
    CHECK(desk.command(yamada, desk::SendText{"お元気ですか", desk.conversation().next_seq - 1}, "k3"));
    CHECK(desk.outbox.size() == 3);

    CHECK(desk.command(yamada, desk::EndDisguise{"電話で確かめた", handoff::all_seen}, "k4"));
    desk.knock("e6", bot::TextReceived{"戻りました", {}});
    CHECK(desk.outbox.back().messages.front().message.text.starts_with("door.answer"));
    CHECK(desk.enter(desk.last_door()).outcome == Outcome::opened);
}

TEST_CASE("doorway: her safe word on the page closes the link that still lies in LINE")
{
    DoorwayDesk desk;
    const auto yamada = desk.hire();
    desk.knock("e1", bot::TextReceived{"人と話したい", {}});
    CHECK(desk.command(yamada, desk::Claim{}, "k1"));
    CHECK(desk.command(yamada, desk::SetSafeContact{with_safe_word("青い傘")}, "k2"));
    const auto entered = desk.enter(desk.last_door());
    desk.knock("e2", bot::TextReceived{"もう一度", {}});
    const auto unused = desk.last_door();

    const auto visit = run_on(desk.context, desk.visits.find(mirai, entered.token)).value();
    bot::Inbound inbound;
    inbound.desk = mirai;
    inbound.event = EventId{"w1"};
    inbound.message_id = "w1";
    inbound.from = Visits::address_of(visit);
    inbound.sent_at = inbound.received_at = desk.clock.now();
    inbound.content = bot::TextReceived{"青い傘", {}};
    CHECK(run_on(desk.context, desk.desks.receive(std::move(inbound))) == desk::Received::committed);
    REQUIRE(desk.conversation().risk.disguised);
    CHECK(desk.enter(unused).outcome == Outcome::unknown);
}

TEST_CASE("doorway: blocking the account on LINE ends what goes to LINE, not the talk in the web chat")
{
    DoorwayDesk desk;
    const auto yamada = desk.hire();
    REQUIRE(desk.knock("e1", bot::Followed{}) == desk::Received::committed);
    const auto entered = desk.enter(desk.last_door());
    REQUIRE(entered.outcome == Outcome::opened);
    REQUIRE(desk.write(entered.token, "w1", "人と話したい") == desk::Received::committed);
    const auto id = desk.conversation().id;
    REQUIRE(run_on(desk.context, desk.doorway.set_bell(mirai, id, true)));
    desk.clock.advance(std::chrono::minutes{1});
    REQUIRE(desk.knock("e2", bot::Unfollowed{}) == desk::Received::committed);
    CHECK(desk.conversation().reachable);
    desk.outbox.clear();

    REQUIRE(desk.command(yamada, desk::Claim{}, "k1"));
    bool greeted = false;
    const auto rows = desk.store.rows(store::Space::entry);
    for (const auto& [key, value] : rows) {
        const auto entry = store::decode<bot::Entry>(value.bytes);
        greeted |= entry.ok() && entry->text.starts_with("counselor.joined");
    }
    CHECK(greeted);
    CHECK(desk.outbox.empty());  // nobody reads a bell on a blocked account

    desk.clock.advance(std::chrono::minutes{1});
    REQUIRE(desk.write(entered.token, "w2", "はい") == desk::Received::committed);
    REQUIRE(desk.command(yamada, desk::SendText{"よろしくお願いします"}, "k2"));
    CHECK(desk.outbox.empty());
}

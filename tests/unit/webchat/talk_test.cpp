#include "server/webchat/talk.h"
#include "tests/unit/desk/desk_fixture.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::testing;
using webchat::talk_json;

namespace {

bot::Entry entry(std::uint64_t seq, bot::EntryKind kind, bot::AuthorKind author, const std::string& text)
{
    bot::Entry made;
    made.seq = seq;
    made.at = friday_eleven;
    made.kind = kind;
    made.author.kind = author;
    made.text = text;
    if (kind == bot::EntryKind::outbound) made.state = bot::SendState::accepted;
    return made;
}

bot::Inbound web_text(DeskFixture& fixture, const std::string& user, const std::string& event, const std::string& words)
{
    auto inbound = fixture.text(user, event, words);
    inbound.from = {bot::ChannelKind::web, desk::web_channel, user};
    inbound.reply.reset();
    return inbound;
}

}  // namespace

TEST_CASE("talk: she sees what she said and what was said to her, and nothing that staff say among themselves")
{
    bot::Conversation conversation;
    conversation.next_seq = 8;
    conversation.risk_level = 4;
    auto marked = entry(1, bot::EntryKind::inbound, bot::AuthorKind::person, "たすけて");
    marked.risk.emplace().level = 4;
    auto stopped = entry(5, bot::EntryKind::outbound, bot::AuthorKind::bot, "言わなかったこと");
    stopped.state = bot::SendState::failed;
    auto withdrawn = entry(6, bot::EntryKind::inbound, bot::AuthorKind::person, "");
    withdrawn.content = bot::Unsent{"m"};
    auto said = entry(4, bot::EntryKind::outbound, bot::AuthorKind::counselor, "こんにちは");
    said.author.name = "山田";
    const auto talk = talk_json(conversation,
                                {marked, entry(2, bot::EntryKind::note, bot::AuthorKind::counselor, "夫に注意"),
                                 entry(3, bot::EntryKind::event, bot::AuthorKind::system, ""), said, stopped, withdrawn},
                                0);
    REQUIRE(talk["entries"].size() == 2);
    CHECK(talk["entries"][0]["from"] == "me");
    CHECK(talk["entries"][1]["from"] == "staff");
    CHECK(talk["entries"][1]["name"] == "山田");
    CHECK(talk["seq"] == 7);
    const auto text = talk.dump();
    CHECK(text.find("risk") == std::string::npos);
    CHECK(text.find("夫に注意") == std::string::npos);
    CHECK(text.find("言わなかったこと") == std::string::npos);
}

TEST_CASE("talk: after her safe word a page is shown nothing from before it, nor who waits for what")
{
    bot::Conversation conversation;
    conversation.next_seq = 7;
    conversation.holder.kind = bot::HolderKind::queue;
    conversation.risk.disguised = true;
    auto word = entry(4, bot::EntryKind::event, bot::AuthorKind::system, "");
    word.event.emplace().name = "event.safe_word";
    const std::vector<bot::Entry> entries{entry(1, bot::EntryKind::inbound, bot::AuthorKind::person, "夫に殴られます"),
                                          entry(2, bot::EntryKind::outbound, bot::AuthorKind::bot, "書いてくださって"),
                                          entry(3, bot::EntryKind::inbound, bot::AuthorKind::person, "青い傘"), word,
                                          entry(5, bot::EntryKind::outbound, bot::AuthorKind::bot, "くらしのお知らせ"),
                                          entry(6, bot::EntryKind::inbound, bot::AuthorKind::person, "だれですか")};
    const auto hidden = talk_json(conversation, entries, 0);
    CHECK(hidden["harmless"] == true);
    CHECK(hidden["holder"] == "");
    REQUIRE(hidden["entries"].size() == 2);
    CHECK(hidden["entries"][0]["text"] == "くらしのお知らせ");
    const auto later = talk_json(conversation, {entries.back()}, 5);
    CHECK(later["entries"].size() == 1);

    conversation.risk.disguised = false;
    const auto again = talk_json(conversation, entries, 0);
    CHECK_FALSE(again.contains("harmless"));
    CHECK(again["holder"] == "queue");
    CHECK(again["entries"].size() == 5);
}

TEST_CASE("talk: a card's link leads only where a page may go")
{
    auto card = entry(1, bot::EntryKind::outbound, bot::AuthorKind::bot, "制度");
    card.cards.push_back({.title = "児童扶養手当",
                          .text = "",
                          .rows = {{"窓口", "市役所"}},
                          .buttons = {{"電話", "tel:0", ""}, {"見る", "https://example.jp/", ""}, {"悪い", "javascript:alert(1)", ""}, {"えらぶ", "", "c=x"}}});
    const auto talk = talk_json({}, {card}, 0);
    const auto& buttons = talk["entries"][0]["cards"][0]["buttons"];
    REQUIRE(buttons.size() == 3);
    CHECK(buttons[0]["uri"] == "tel:0");
    CHECK(buttons[2]["data"] == "c=x");
    CHECK(talk.dump().find("javascript") == std::string::npos);
}

TEST_CASE("web: what is said to a page is accepted with the commit, and nothing waits to be sent")
{
    DeskFixture fixture;
    const auto received = run_on(fixture.context, fixture.desks.receive(web_text(fixture, "w1", "e1", "困っています")));
    CHECK(received == desk::Received::committed);
    CHECK(fixture.outbox.empty());
    CHECK(fixture.store.rows(store::Space::outbox).empty());
    const auto conversation = fixture.only_conversation();
    CHECK(conversation.address.kind == bot::ChannelKind::web);
    std::size_t spoken = 0;
    for (const auto& one : fixture.log(conversation.id))
        if (one.kind == bot::EntryKind::outbound) {
            ++spoken;
            CHECK(one.state == bot::SendState::accepted);
        }
    CHECK(spoken > 0);

    const auto entries = run_on(fixture.context, webchat::entries_after(fixture.store, mirai, conversation.id, 0));
    REQUIRE(entries.size() > 1);
    CHECK(entries.front().seq == 1);
    const auto fresh = run_on(fixture.context, webchat::entries_after(fixture.store, mirai, conversation.id, entries.back().seq));
    CHECK(fresh.empty());
    CHECK(run_on(fixture.context, fixture.desks.receive(web_text(fixture, "w1", "e1", "困っています"))) == desk::Received::repeated);
}

TEST_CASE("talk: of a long past the newest come, in order")
{
    DeskFixture fixture;
    for (int i = 0; i < 150; ++i) {
        fixture.clock.advance(std::chrono::seconds(1));
        run_on(fixture.context, fixture.desks.receive(web_text(fixture, "w1", "e" + std::to_string(i), "話" + std::to_string(i))));
    }
    const auto conversation = fixture.only_conversation();
    const auto all = run_on(fixture.context, webchat::entries_after(fixture.store, mirai, conversation.id, 0));
    CHECK(all.size() <= webchat::history_entries_max);
    CHECK(all.size() > 200);
    CHECK(all.back().seq == conversation.next_seq - 1);
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].seq < all[i].seq);
}

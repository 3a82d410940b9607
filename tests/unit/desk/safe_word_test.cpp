// Her safe word: somebody else may hold her screen, and what waits to be sent is not for that person.
#include "tests/unit/desk/desk_fixture.h"

using namespace tsunagi;
using namespace tsunagi::testing;

namespace {

/// A counselor talks with her; LINE is out of reach, so what is written waits.
struct Watched : DeskFixture {
    CounselorId yamada = hire("山田");
    ConversationId id;

    Watched()
    {
        say("U1", "e1", "こんにちは");
        say("U1", "e2", "人と話したい");
        id = only_conversation().id;
        REQUIRE(command(id, yamada, desk::Claim{}, "claim").ok());
        bot::SafeContact contact;
        contact.safe_word = "青い傘";
        REQUIRE(command(id, yamada, desk::SetSafeContact{contact}, "contact").ok());
        for (const auto& row : std::exchange(outbox, {})) settle(row);
    }
    void write(store::Space space, std::string key, std::optional<std::string> bytes)
    {
        store::Batch batch;
        batch.writes.push_back({space, std::move(key), std::move(bytes)});
        REQUIRE(store.apply(batch).ok());
    }
    void settle(const store::OutboxRow& row) { write(store::Space::outbox, key(row), std::nullopt); }
    static std::string key(const store::OutboxRow& row) { return store::outbox_key(row.desk, row.conversation, row.seq); }
    store::OutboxRow writes(const std::string& words)
    {
        REQUIRE(command(id, yamada, desk::SendText{words, newest()}, "k" + words).ok());
        return outbox.back();
    }
    /// What a console shows that has seen everything.
    std::uint64_t newest() { return only_conversation().next_seq - 1; }
    handoff::Refusal refusal(desk::Action action)
    {
        const auto answer = command(id, yamada, std::move(action), "refused" + std::to_string(++asked));
        REQUIRE_FALSE(answer.ok());
        return answer.error().refusal;
    }
    int asked = 0;
    store::OutboxRow is_tried(store::OutboxRow row)
    {
        row.attempts = 1;
        row.first_attempt_at = clock.now();
        write(store::Space::outbox, key(row), store::encode(row));
        return row;
    }
    bool waits(const store::OutboxRow& row) { return store.read(store::Space::outbox, key(row)).has_value(); }
    bot::Entry entry(const std::string& words)
    {
        for (const auto& one : log(id))
            if (one.text == words) return one;
        return {};
    }
};

}  // namespace

TEST_CASE("safe word: what a counselor wrote and nobody tried to send yet stays here, and says why")
{
    Watched desk;
    const auto first = desk.writes("今夜の行き先を一緒に考えましょう");
    const auto second = desk.writes("シェルターに電話しておきました");
    CHECK(desk.say("U1", "e3", "青い傘") == desk::Received::committed);
    REQUIRE(desk.only_conversation().risk.disguised);
    for (const auto& row : {first, second}) CHECK_FALSE(desk.waits(row));
    for (const char* words : {"今夜の行き先を一緒に考えましょう", "シェルターに電話しておきました"}) {
        CHECK(desk.entry(words).state == bot::SendState::failed);
        CHECK(desk.entry(words).failure == "send.failed.safe_word");
    }
    // What the safe word itself is answered with goes out, and so does what staff write from then on.
    CHECK(desk.waits(desk.outbox.back()));
    CHECK(desk.outbox.size() == 3);
    CHECK(desk.waits(desk.writes("明日は晴れるそうです")));
    CHECK(desk.say("U1", "e4", "だれですか") == desk::Received::committed);
    CHECK(desk.waits(desk.outbox.back()));
}

TEST_CASE("safe word: what a console without network carries from before it is refused, also after staff ended the disguise")
{
    Watched desk;
    const auto seen = desk.newest();
    CHECK(desk.say("U1", "e3", "青い傘") == desk::Received::committed);
    const auto sent = desk.outbox.size();
    const auto picture = std::make_shared<const std::string>("bytes");
    CHECK(desk.refusal(desk::SendText{"今夜20時に迎えに行きます", seen}) == handoff::Refusal::before_safe_word);
    CHECK(desk.refusal(desk::SendMedia{"image/png", "地図.png", picture, seen}) == handoff::Refusal::before_safe_word);
    CHECK(desk.refusal(desk::SendText{"何を見て書いたか言わない人"}) == handoff::Refusal::before_safe_word);
    CHECK(desk.outbox.size() == sent);
    REQUIRE(desk.command(desk.id, desk.yamada, desk::EndDisguise{"電話で確かめた", handoff::all_seen}, "end").ok());
    CHECK(desk.refusal(desk::SendText{"今夜20時に迎えに行きます", seen}) == handoff::Refusal::before_safe_word);
    CHECK(desk.waits(desk.writes("おかえりなさい")));
    CHECK(desk.command(desk.id, desk.yamada, desk::SendText{"どこにいますか"}, "k").ok());
}

TEST_CASE("seen: who forgets to say what was seen closes, gives back, lowers and shows nothing")
{
    Watched desk;
    REQUIRE(desk.command(desk.id, desk.yamada, desk::SetRisk{3, "電話で聞いた"}, "raise").ok());
    CHECK(desk.refusal(desk::Close{.outcome = "listened"}) == handoff::Refusal::written_since);
    CHECK(desk.refusal(desk::ReturnToBot{}) == handoff::Refusal::written_since);
    CHECK(desk.refusal(desk::SetRisk{.level = 1, .reason = "落ち着いた"}) == handoff::Refusal::written_since);
    CHECK(desk.say("U1", "e3", "青い傘") == desk::Received::committed);
    CHECK(desk.refusal(desk::EndDisguise{.reason = "電話で確かめた"}) == handoff::Refusal::written_since);
}

TEST_CASE("safe word: what the bot has still to say does not go out either")
{
    Watched desk;
    REQUIRE(desk.command(desk.id, desk.yamada, desk::ReturnToBot{handoff::all_seen}, "back").ok());
    for (const auto& row : std::exchange(desk.outbox, {})) desk.settle(row);
    CHECK(desk.say("U1", "e3", "夫のことで") == desk::Received::committed);
    REQUIRE(desk.outbox.size() == 1);
    const auto answer = desk.outbox.front();
    REQUIRE_FALSE(answer.by_human);
    CHECK(desk.say("U1", "e4", "青い傘") == desk::Received::committed);
    CHECK_FALSE(desk.waits(answer));
    const auto kept = run_on(desk.context, desk.desks.entry(mirai, desk.id, answer.messages.front().entry_seq));
    CHECK(kept.value().failure == "send.failed.safe_word");
}

TEST_CASE("safe word: what was tried is tried no more, and said to be out only where LINE may have it; other words hold nothing back")
{
    Watched desk;
    const auto tried = desk.is_tried(desk.writes("届いたかもしれません"));
    auto refused = desk.writes("受け付けられていません");
    refused.refused_so_far = true;
    desk.is_tried(refused);
    const auto waiting = desk.writes("まだです");
    CHECK(desk.say("U1", "e3", "傘はいりません") == desk::Received::committed);
    CHECK(desk.waits(waiting));
    CHECK(desk.say("U1", "e4", "青い傘") == desk::Received::committed);
    for (const auto& row : {tried, refused, waiting}) CHECK_FALSE(desk.waits(row));
    CHECK(desk.entry("届いたかもしれません").state == bot::SendState::unknown);
    CHECK(desk.entry("受け付けられていません").failure == "send.failed.safe_word");
    CHECK(desk.entry("まだです").failure == "send.failed.safe_word");
}

TEST_CASE("safe word: a first attempt kept in the same instant is seen, and the safe word is decided again")
{
    Watched desk;
    const auto row = desk.writes("いま出るところです");
    bool raced = false;
    desk.store.before_commit = [&](const store::Batch&) -> std::optional<store::CommitFailure> {
        if (!std::exchange(raced, true)) desk.is_tried(row);
        return std::nullopt;
    };
    CHECK(desk.say("U1", "e3", "青い傘") == desk::Received::committed);
    CHECK_FALSE(desk.waits(row));
    CHECK(desk.entry("いま出るところです").state == bot::SendState::unknown);
    CHECK(desk.only_conversation().risk.disguised);
}

TEST_CASE("safe word: a notice that stands in nobody's log is neutral and goes its way")
{
    Watched desk;
    auto notice = desk.writes("x");
    desk.settle(notice);
    notice.seq += 1'000;
    notice.messages.front().entry_seq = notice.seq;
    desk.write(store::Space::outbox, Watched::key(notice), store::encode(notice));
    CHECK(desk.say("U1", "e3", "青い傘") == desk::Received::committed);
    CHECK(desk.waits(notice));
}

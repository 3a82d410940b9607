#include "handoff/queue/commands.h"
#include "handoff/queue/danger.h"
#include "handoff/queue/may_send.h"
#include "handoff/queue/place.h"
#include "handoff/queue/receive.h"
#include "handoff/queue/risk_commands.h"
#include "handoff/roster/capacity.h"
#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono;
using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

/// A desk where anything happens in any order: people write, follow, leave; counselors claim, talk, pass on, give back
/// and close, with old screens and tired fingers. Every decision is committed, then the promises are checked.
class BusyDesk {
public:
    explicit BusyDesk(unsigned seed) : dice_(seed)
    {
        for (int i = 0; i < 8; ++i) {
            auto person = unknown_person();
            person.id = ConversationId{"conversation-" + std::to_string(i)};
            person.person = PersonId{"person-" + std::to_string(i)};
            if (i < 3) person.safe_contact.safe_word = "りんごジュース";
            conversations_[person.id] = person;
        }
        for (const auto& counselor : {sato(), suzuki(), supervisor()}) staff_[counselor.id] = counselor;
    }

    void live(int steps)
    {
        for (step_ = 0; step_ < steps; ++step_) {
            now_ += pick(12) == 0 ? Milliseconds{hours{pick(40)}} : Milliseconds{minutes{1 + pick(20)}};
            INFO("step ", step_);
            pick(2) == 0 ? person_acts() : counselor_acts();
        }
    }

    std::map<bot::HolderKind, int> visited;
    int places_told = 0;
    int refused = 0;
    int dangers = 0;

private:
    int pick(int below) { return static_cast<int>(dice_() % static_cast<unsigned>(below)); }

    bot::Conversation& some_conversation()
    {
        auto found = conversations_.begin();
        std::advance(found, pick(static_cast<int>(conversations_.size())));
        return found->second;
    }
    Counselor some_counselor()
    {
        auto found = staff_.begin();
        std::advance(found, pick(static_cast<int>(staff_.size())));
        return with_load(found->second);
    }
    Counselor with_load(Counselor counselor) const
    {
        for (const auto& [id, conversation] : conversations_) {
            if (conversation.holder.counselor != counselor.id) continue;
            ++counselor.holding;
            if (is_emergency(conversation)) ++counselor.holding_emergency;
        }
        return counselor;
    }

    std::vector<Waiting> line() const
    {
        std::vector<Waiting> all;
        for (const auto& [id, conversation] : conversations_)
            if (conversation.holder.is_queue()) all.push_back(waiting(conversation, now_));
        std::ranges::sort(all, is_before);
        return all;
    }

    DeskView view(const bot::Conversation& conversation) const
    {
        DeskView view;
        view.hours = weekdays();
        for (const auto& one : line()) count_ahead(view, conversation, one, now_);
        for (const auto& [id, counselor] : staff_) view.on_duty += counselor.on_duty ? 1 : 0;
        if (conversation.last_counselor) view.last_counselor = with_load(staff_.at(*conversation.last_counselor));
        return view;
    }

    void person_acts()
    {
        auto& conversation = some_conversation();
        auto inbound = something_sent();
        inbound.sent_at = inbound.received_at = now_;
        const auto decision = receive(conversation, inbound, watchful(), view(conversation), now_);
        CHECK(received_once(decision));
        CHECK(decision.next.risk_level >= conversation.risk_level);
        check_danger(conversation, decision);
        commit(conversation, decision);
    }

    bot::Inbound something_sent()
    {
        switch (pick(18)) {
        case 0: return follow();
        case 1: return unfollow();
        case 2: return sticker();
        case 3: return picture();
        case 4: return unsend("text-1");
        case 5: return tap("a=0&f=first-contact&n=story&c=x");
        case 6: return text("人と話したい");
        case 7: return on_standby(text("ほかの人へ"));
        case 8: return text("消えたい");
        case 9: return text("準備をした");
        case 10: return text("夫が怖いです");
        case 11: return pick(3) == 0 ? text("薬を飲んだ") : text("首を絞められました");
        case 12: return tap("a=01234567&f=&n=&c=_screen_safe");
        case 13: return tap("a=01234567&f=&n=&c=_screen_watched");
        case 14: return tap("a=01234567&f=&n=&c=_show_lines");
        case 15: return pick(4) == 0 ? text("りんごジュース") : text("だいじょうぶ");
        default: return text("子どものことで困っています");
        }
    }
    static bool received_once(const bot::Decision& decision)
    {
        return std::ranges::count_if(decision.log, [](const bot::Entry& entry) {
                   return entry.author.kind == bot::AuthorKind::person || entry.kind == bot::EntryKind::inbound;
               }) <= 1 && !decision.log.empty();
    }

    void counselor_acts()
    {
        if (pick(8) == 0) {
            auto& on_duty = std::next(staff_.begin(), pick(3))->second.on_duty;
            on_duty = !on_duty;
            return;
        }
        auto& conversation = some_conversation();
        auto who = some_counselor();
        if (conversation.holder.is_counselor() && pick(3) != 0)
            who = with_load(staff_.at(conversation.holder.counselor));
        const auto outcome = some_command(conversation, who);
        if (!outcome.ok()) {
            ++refused;
            return;
        }
        const bool takes_it =
            outcome->next.holder.is_counselor() && outcome->next.holder.counselor != conversation.holder.counselor;
        commit(conversation, *outcome);
        if (takes_it) check_capacity(conversation);
    }

    Outcome some_command(const bot::Conversation& conversation, const Counselor& who)
    {
        switch (pick(9)) {
        case 7: return set_risk(conversation, who, static_cast<std::uint8_t>(pick(3)), "話を聞いた", now_, handoff::all_seen);
        case 8: return end_disguise(conversation, who, "本人と確認", now_, handoff::all_seen);
        case 0: return send_text(conversation, who, "はい、聞いています", now_);
        case 1: return add_note(conversation, who, "落ち着いている", now_);
        case 2: return transfer(conversation, who, some_counselor(), "交代", watchful(), now_);
        case 3: return transfer(conversation, who, std::nullopt, "専門の人へ", watchful(), now_);
        case 4: return return_to_bot(conversation, who, watchful(), now_, handoff::all_seen);
        case 5: return close(conversation, who, "listened", pick(2) == 0, watchful(), now_, handoff::all_seen);
        default: return claim(conversation, who, watchful(), now_);
        }
    }

    void commit(bot::Conversation& stored, const bot::Decision& decision)
    {
        const auto before = stored;
        const auto line_before = line();
        stored = decision.next;
        ++visited[stored.holder.kind];
        check_holder(stored);
        check_log(before, decision);
        check_sends(before, decision);
        check_line(before, stored, line_before);
        check_told_place(decision);
    }

    /// R3, R4 and the safe word bring her to a human, and one who is there: else staff are called.
    void check_danger(const bot::Conversation& before, const bot::Decision& decision)
    {
        const auto& entry = decision.log.front();
        const bool safe_word = !before.risk.disguised && decision.next.risk.disguised;
        const bool danger = entry.risk && entry.risk->level >= 3;
        if (entry.kind != bot::EntryKind::inbound || (!danger && !safe_word) || on_standby_now(decision)) return;
        ++dangers;
        CHECK((decision.next.holder.is_queue() || decision.next.holder.is_counselor()));
        const auto& holder = decision.next.holder;
        const bool someone_on_duty = std::ranges::any_of(staff_, [](const auto& one) { return one.second.on_duty; });
        const bool open = is_open(weekdays(), now_);
        const bool at_work = open || now_ - before.staff_acted_at < at_work_after_acting;  // who was called at night and writes to her
        const bool there = holder.is_counselor() ? at_work && staff_.at(holder.counselor).on_duty : open && someone_on_duty;
        const bool called = std::ranges::any_of(
            decision.effects, [](const bot::Effect& effect) { return std::holds_alternative<bot::AlarmStaff>(effect); });
        CHECK(called == !there);
    }
    static bool on_standby_now(const bot::Decision& decision)
    {
        return std::ranges::any_of(decision.log, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.standby"; });
    }

    static bool left_by_holder(const bot::Decision& decision)
    {
        return std::ranges::any_of(decision.log, [](const bot::Entry& entry) { return entry.event && entry.event->name == "event.left_by_holder"; });
    }

    static void check_holder(const bot::Conversation& conversation)
    {
        const auto& holder = conversation.holder;
        CHECK(holder.is_bot() + holder.is_queue() + holder.is_counselor() + holder.is_closed() == 1);
        CHECK(holder.counselor.empty() != holder.is_counselor());
        CHECK(holder.counselor_name.empty() != holder.is_counselor());
        CHECK(conversation.outcome.empty() != holder.is_closed());
        if (holder.is_queue()) CHECK(conversation.handoff.has_value());
        if (!holder.is_bot()) CHECK_FALSE(conversation.position.running());
    }

    static void check_log(const bot::Conversation& before, const bot::Decision& decision)
    {
        CHECK(decision.next.revision == before.revision + 1);
        auto seq = before.next_seq;
        for (const auto& entry : decision.log) CHECK(entry.seq == seq++);
        CHECK(decision.next.next_seq == seq);
    }

    static void check_sends(const bot::Conversation& before, const bot::Decision& decision)
    {
        for (const auto& effect : decision.effects) CHECK_FALSE(std::holds_alternative<bot::NeedHuman>(effect));
        for (const auto& send : sends(decision)) {
            CHECK(may_send(decision.next, send));
            CHECK((may_send(before, send) || left_by_holder(decision)));
            REQUIRE(send.messages.size() == send.entries.size());
            for (std::size_t i = 0; i < send.entries.size(); ++i) {
                const auto entry = std::ranges::find(decision.log, send.entries[i], &bot::Entry::seq);
                REQUIRE(entry != decision.log.end());
                CHECK(entry->text == send.messages[i].text);
                CHECK(entry->state == bot::SendState::queued);
                const bool may_arrive = decision.next.reachable || entry->author.kind == bot::AuthorKind::counselor;
                CHECK(may_arrive);
            }
        }
    }

    /// Nobody who waits falls behind: her request keeps its time, and those who were behind her with no more urgency
    /// than hers stay behind her.
    void check_line(const bot::Conversation& before, const bot::Conversation& after,
                    const std::vector<Waiting>& line_before) const
    {
        if (before.holder.is_queue() && after.holder.is_queue()) {
            CHECK(after.handoff->requested_at == before.handoff->requested_at);
            const bool judged = after.risk_level < before.risk_level;
            CHECK((judged || after.handoff->priority >= before.handoff->priority));
        }
        if (before.holder.is_counselor() && before.handoff && after.holder.is_queue())
            CHECK(after.handoff->requested_at == before.handoff->requested_at);

        const auto now_waiting = line();
        for (std::size_t i = 1; i < now_waiting.size(); ++i) {
            CHECK(is_before(now_waiting[i - 1], now_waiting[i]));
            CHECK_FALSE(is_before(now_waiting[i], now_waiting[i - 1]));
        }
        std::vector<ConversationId> others_before;
        std::vector<ConversationId> others_after;
        for (const auto& one : line_before)
            if (one.id != after.id) others_before.push_back(one.id);
        for (const auto& one : now_waiting)
            if (one.id != after.id) others_after.push_back(one.id);
        CHECK(others_before == others_after);

        const bool newcomer = after.holder.is_queue() && (before.holder.is_bot() || before.holder.is_closed());
        for (const auto& one : now_waiting)
            if (newcomer && one.id != after.id && one.priority >= after.handoff->priority)
                CHECK(is_before(one, waiting(after, now_)));
    }

    /// The number she is told is the number she has.
    void check_told_place(const bot::Decision& decision)
    {
        for (const auto& words : said(decision))
            for (const std::string key : {"queue.entered.open ", "queue.kept ", "back.queue ", "safety.standing.open "})
                if (words.starts_with(key)) {
                    const auto all = line();
                    const auto she = std::ranges::find(all, decision.next.id, &Waiting::id);
                    REQUIRE(she != all.end());
                    CHECK(words.substr(0, words.find('\n')) == key + std::to_string(she - all.begin() + 1));
                    ++places_told;
                }
    }

    void check_capacity(const bot::Conversation& taken) const
    {
        const auto counselor = with_load(staff_.at(taken.holder.counselor));
        if (is_emergency(taken))
            CHECK(counselor.holding_emergency == 1);
        else
            CHECK((counselor.holding_emergency == 0 && counselor.holding <= counselor.capacity));
    }

    std::mt19937 dice_;
    std::map<ConversationId, bot::Conversation> conversations_;
    std::map<CounselorId, Counselor> staff_;
    TimePoint now_ = friday;
    int step_ = 0;
};

}  // namespace

TEST_CASE("a busy desk: one holder, a silent bot beside a human, and nobody loses her place, whatever happens")
{
    std::map<bot::HolderKind, int> visited;
    int places_told = 0;
    int refused = 0;
    int dangers = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        INFO("seed ", seed);
        BusyDesk desk(seed);
        desk.live(300);
        for (const auto& [kind, count] : desk.visited) visited[kind] += count;
        places_told += desk.places_told;
        refused += desk.refused;
        dangers += desk.dangers;
    }
    // The walk must have been everywhere, or it proves nothing.
    for (const auto kind :
         {bot::HolderKind::bot, bot::HolderKind::queue, bot::HolderKind::counselor, bot::HolderKind::closed})
        CHECK(visited[kind] > 100);
    CHECK(places_told > 100);
    CHECK(refused > 500);
    CHECK(dangers > 500);
}

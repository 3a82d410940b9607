#include "handoff/queue/danger.h"

#include "bot/safety/help.h"
#include "handoff/queue/enter.h"
#include "handoff/queue/place.h"
#include "handoff/queue/tell.h"
#include "handoff/queue/wake.h"
#include "handoff/roster/holidays.h"
#include "handoff/roster/japan_time.h"

#include <algorithm>
#include <utility>

namespace tsunagi::handoff {
namespace {

bool is_holiday(TimePoint now) { return public_holiday(to_japan_time(now).date()).has_value(); }

bool holder_is_on_duty(const bot::Conversation& held, const DeskView& desk)
{
    const auto& holder = desk.last_counselor;
    return holder && holder->id == held.holder.counselor && holder->on_duty;
}

/// One turn of words of safety.
class Answering {
public:
    Answering(bot::Decision decision, const bot::Hearing& hearing, const bot::Playbook& playbook, const DeskView& desk,
              TimePoint now)
        : decision_(std::move(decision)), hearing_(hearing), playbook_(playbook), desk_(desk), now_(now)
    {
    }

    bot::Decision answer(const bot::Conversation& before)
    {
        if (hearing_.safe_word) return disguise();
        if (before.risk.disguised) return hand_over_quietly();
        if (hearing_.tap) return answer_tap(*hearing_.tap);
        if (hearing_.finding.level >= bot::emergency_level) return answer_emergency(before);
        if (next().risk.screen == bot::ScreenSafety::watched) return answer_watched();
        return ask_about_screen();
    }

private:
    bot::Conversation& next() { return decision_.next; }
    bool waits() { return next().holder.is_queue(); }

    std::string text(const std::string& key) { return bot::message_text(playbook_, next().language, key); }

    /// What help fits what was heard just now; after a tap, all that was heard so far.
    bot::HelpWish wish()
    {
        bot::HelpWish wish{.categories = {}, .level = static_cast<std::uint8_t>(hearing_.finding.level), .language = next().language};
        for (const auto category : hearing_.finding.categories) wish.categories.emplace_back(name_of(category));
        if (!hearing_.tap) return wish;
        return {.categories = next().risk_categories, .level = next().risk_level, .language = next().language};
    }

    void say(std::string words) { messages_.push_back({.text = std::move(words), .quick_replies = {}}); }
    void say_lines(const std::string& key) { say(bot::lines_words(key, wish(), playbook_, now_, is_holiday(now_))); }

    void ask_screen()
    {
        messages_.push_back(bot::screen_question(next().language, playbook_));
        next().risk.screen = bot::ScreenSafety::asked;
        next().risk.told_at = now_;
    }

    /// Everything said goes out in one request; in an emergency under a retry key from the start, so that it arrives.
    bot::Decision send(bool must_deliver = false)
    {
        if (!next().reachable) return std::move(decision_);
        const auto effects_before = decision_.effects.size();
        bot::bot_says(decision_, std::exchange(messages_, {}), now_);
        if (decision_.effects.size() > effects_before)
            std::get<bot::Send>(decision_.effects.back()).must_deliver = must_deliver;
        return std::move(decision_);
    }

    void take_place()
    {
        if (waits()) return;
        next().outcome.clear();
        next().handoff.reset();
        enter_queue_silently(decision_, {.reason = reason_risk, .skills = {}, .priority = bot::Priority::soon}, now_);
    }

    /// What she is told of who is there comes now, not with her next message.
    void stand(bool quietly)
    {
        next().handoff.value().kept_told = true;
        if (nobody_is_there(next(), desk_, now_)) next().away_told_at = now_;
        say(standing_words(quietly ? Occasion::danger_quiet : Occasion::danger, next(), playbook_, desk_, now_));
    }

    /// Whether the desk has closed since she who waits was told how she stands.
    bool has_closed() { return waits() && !is_open(desk_.hours, now_) && !knows_that_nobody_reads(next(), desk_, now_); }

    // ------------------------------------------------------------------------ occasions

    bot::Decision answer_emergency(const bot::Conversation& before)
    {
        const auto level = static_cast<std::uint8_t>(hearing_.finding.level);
        const bool waited = waits();
        take_place();
        alarm_if_nobody_there(decision_, hearing_, desk_, now_);
        // Told that somebody is there, she is answered anew once nobody is: other lines are open by then, too.
        const bool was_told = !nobody_is_there(next(), desk_, now_) || knows_that_nobody_reads(next(), desk_, now_);
        if (waited && level <= before.risk.told_level && was_told) return std::move(decision_);
        next().risk.told_level = std::max(next().risk.told_level, level);
        if (!bot::may_show(next(), now_)) {
            say(text("safety.quiet.received"));
            if (level > bot::emergency_level) say(bot::danger_now_words(wish(), playbook_, now_));
            stand(true);
            if (next().risk.screen != bot::ScreenSafety::watched) ask_screen();
        } else {
            say(bot::kind_words(wish(), playbook_));
            say_lines(level > bot::emergency_level ? "safety.lines.emergency" : "safety.lines.open");
            stand(false);
            messages_.back().text += "\n\n" + text("safety.where");
        }
        return send(true);
    }

    /// Somebody else may be reading, or writing: a human looks first, with the agreed word.
    bot::Decision answer_watched()
    {
        if (waits()) return std::move(decision_);
        take_place();
        say(text("safety.quiet.received"));
        stand(true);
        return send();
    }

    bot::Decision ask_about_screen()
    {
        next().risk.told_level = std::max(next().risk.told_level, bot::soft_level);
        say(text("safety.quiet.received"));
        ask_screen();
        return send();
    }

    bot::Decision disguise()
    {
        take_place();
        alarm_if_nobody_there(decision_, hearing_, desk_, now_);
        say(text("safety.disguise"));
        return send();
    }

    bot::Decision hand_over_quietly()
    {
        take_place();
        alarm_if_nobody_there(decision_, hearing_, desk_, now_);
        return std::move(decision_);
    }

    bot::Decision answer_tap(bot::SafetyTap tap)
    {
        switch (tap) {
        case bot::SafetyTap::screen_safe: return on_safe();
        case bot::SafetyTap::screen_watched: return on_watched();
        case bot::SafetyTap::screen_later: return on_later();
        case bot::SafetyTap::show_lines: break;
        }
        if (bot::may_show(next(), now_))
            say_lines("safety.lines.wish");
        else
            ask_screen();
        // While the question about her screen waits, the flow's is not asked on top of it.
        return next().risk.screen == bot::ScreenSafety::asked ? send() : go_on();
    }

    bot::Decision on_safe()
    {
        next().risk.screen = bot::ScreenSafety::safe;
        next().risk.told_at = now_;
        bot::log_event(decision_, "event.screen_safe", {}, now_);
        say(bot::kind_words(wish(), playbook_));
        const bool emergency = next().risk_level > bot::emergency_level;
        say_lines(emergency ? "safety.lines.emergency" : "safety.lines.wish");
        if (has_closed()) stand(false);
        return go_on();
    }

    bot::Decision on_watched()
    {
        bot::note_watched(next());
        bot::log_event(decision_, "event.screen_watched", {}, now_);
        const bool told = waits() && next().handoff.value().kept_told && !has_closed();
        take_place();
        next().handoff.value().kept_told = true;
        const bool on_web = next().address.kind == bot::ChannelKind::web;
        say(text(on_web ? "safety.screen.on_watched_web" : "safety.screen.on_watched"));
        // She is about to put the phone away: she is not to believe that somebody reads now.
        if (!told && nobody_is_there(next(), desk_, now_)) stand(true);
        return send();
    }

    bot::Decision on_later()
    {
        next().risk.told_at = {};  // a typed 「大丈夫」 is no answer to a question that was put off
        say(text("safety.screen.on_later"));
        if (has_closed()) stand(true);
        return go_on();
    }

    /// Back to the flow where one runs.
    bot::Decision go_on()
    {
        if (!next().holder.is_bot()) return send();
        auto decision = bot::go_on_after(std::move(decision_), std::exchange(messages_, {}), playbook_, now_);
        return enter_queue_if_asked(std::move(decision), playbook_, desk_, now_);
    }

    bot::Decision decision_;
    const bot::Hearing& hearing_;
    const bot::Playbook& playbook_;
    const DeskView& desk_;
    TimePoint now_;
    std::vector<bot::OutboundMessage> messages_;
};

}  // namespace

bot::Decision receive_by_bot(const bot::Conversation& conversation, const bot::Inbound& inbound, const bot::Hearing& hearing,
                             const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    auto decision = bot::decide(conversation, inbound, hearing, playbook, now);
    if (inbound.standby) return decision;
    if (bot::comes_before_the_flow(conversation, hearing, now) && speaks_to_us(inbound))
        return answer_danger(std::move(decision), conversation, hearing, playbook, desk, now);
    return enter_queue_if_asked(std::move(decision), playbook, desk, now);
}

bot::Decision answer_danger(bot::Decision decision, const bot::Conversation& before, const bot::Hearing& hearing,
                            const bot::Playbook& playbook, const DeskView& desk, TimePoint now)
{
    return Answering(std::move(decision), hearing, playbook, desk, now).answer(before);
}

void ask_about_screen_again(bot::Decision& decision, const bot::Playbook& playbook, TimePoint now)
{
    auto& next = decision.next;
    if (!next.reachable || next.risk.disguised) return;
    next.risk.told_at = now;
    bot::bot_says(decision, {bot::screen_question(next.language, playbook)}, now);
}

void call_staff_silently(bot::Decision& decision, const bot::Hearing& hearing, const DeskView& desk, TimePoint now)
{
    if (!hearing.safe_word && hearing.finding.level < bot::soft_level) return;
    auto& next = decision.next;
    if (next.holder.is_bot() || next.holder.is_closed()) {
        next.outcome.clear();
        enter_queue_silently(decision, {.reason = reason_risk, .skills = {}, .priority = bot::Priority::soon}, now);
        next.handoff.value().notices = queue_notices_max;  // no push of ours into a chat that another tool leads
    }
    alarm_if_nobody_there(decision, hearing, desk, now);
}

bool opens_at_once(const bot::Conversation& closed, const bot::Hearing& hearing)
{
    return hearing.safe_word || closed.risk.disguised || hearing.finding.level >= bot::emergency_level;
}

bool nobody_is_there(const bot::Conversation& conversation, const DeskView& desk, TimePoint now)
{
    const bool open = is_open(desk.hours, now);
    if (!conversation.holder.is_counselor()) return !open || desk.on_duty == 0;
    const bool at_work = open || now - conversation.staff_acted_at < at_work_after_acting;
    return !at_work || !holder_is_on_duty(conversation, desk);
}

bool staff_went_home(const bot::Conversation& conversation, const DeskView& desk, TimePoint now)
{
    if (is_open(desk.hours, now) || is_open(desk.hours, now - stays_after_closing)) return false;
    return now - conversation.staff_acted_at > stays_after_closing;
}

bool knows_that_nobody_reads(const bot::Conversation& conversation, const DeskView& desk, TimePoint now)
{
    const auto told_at = conversation.away_told_at;
    if (now - told_at >= told_nobody_reads_for) return false;
    if (is_open(desk.hours, now)) return is_open(desk.hours, told_at);
    const auto opening = next_opening(desk.hours, told_at);
    return !opening || *opening > now;
}

bool holder_is_away(const bot::Conversation& held, const DeskView& desk, TimePoint now)
{
    return !holder_is_on_duty(held, desk) || staff_went_home(held, desk, now);
}

void take_from_absent_holder(bot::Decision& decision, TimePoint now)
{
    bot::log_event(decision, "event.left_by_holder", {{"from", decision.next.holder.counselor_name}}, now);
    enter_queue_again(decision.next, reason_risk, now);
}

void alarm_if_nobody_there(bot::Decision& decision, const bot::Hearing& hearing, const DeskView& desk, TimePoint now)
{
    const auto level = hearing.safe_word ? bot::soft_level : static_cast<std::uint8_t>(hearing.finding.level);
    const bool calls = hearing.safe_word || level >= bot::emergency_level;
    if (calls && nobody_is_there(decision.next, desk, now)) decision.effects.emplace_back(bot::AlarmStaff{level});
}

}  // namespace tsunagi::handoff

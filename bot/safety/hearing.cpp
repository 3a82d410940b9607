#include "bot/safety/hearing.h"

#include "bot/base/text.h"
#include "bot/flow/buttons.h"
#include "bot/flow/decide.h"
#include "bot/flow/words.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

constexpr int tap_level_max = 1;      // a button names a topic: 「暴力・DV」 is what a flow offered, not what happened to her
constexpr int keyword_level_max = 2;  // a sticker's keywords are LINE's words for a picture

struct OwnWords {
    SafetyTap tap;
    std::string_view data;
    const char* key;
};
constexpr OwnWords own_words[]{{SafetyTap::screen_safe, tap_screen_safe, "safety.screen.safe"},
                               {SafetyTap::screen_watched, tap_screen_watched, "safety.screen.watched"},
                               {SafetyTap::screen_later, tap_screen_later, "safety.screen.later"},
                               {SafetyTap::show_lines, tap_show_lines, "safety.lines.button"}};

bool says(std::string_view key, const char* message, const Playbook& playbook)
{
    const auto labels = playbook.message_folded.find(message);
    if (key.empty() || labels == playbook.message_folded.end()) return false;
    const auto is_it = [&](const auto& label) { return only_says(key, label.second); };
    return std::ranges::any_of(labels->second, is_it);
}

/// Typed instead of tapped: buttons vanish from the screen once something else was written. The answers count only while
/// the question is fresh: 「大丈夫」 says something else at any other time.
std::optional<SafetyTap> typed(const std::string& text, TimePoint at, const Conversation& conversation, const Playbook& playbook)
{
    const auto& risk = conversation.risk;
    const bool asked = risk.screen == ScreenSafety::asked && at - risk.told_at <= screen_answer_span;
    const bool offered = conversation.risk_level >= soft_level || risk.screen != ScreenSafety::unknown;
    if (!asked && !offered) return std::nullopt;
    const auto key = match_key(text);
    for (const auto& own : own_words) {
        const bool counts = own.tap == SafetyTap::show_lines ? offered : asked;
        if (counts && says(key, own.key, playbook)) return own.tap;
    }
    return std::nullopt;
}

std::optional<SafetyTap> tapped(const PostbackReceived& postback)
{
    const auto tap = read_tap(postback.data);
    if (!tap) return std::nullopt;
    const auto own = std::ranges::find(own_words, tap->choice, &OwnWords::data);
    return own == std::end(own_words) ? std::nullopt : std::optional(own->tap);
}

/// What a place of the menu under the chat says for her: our words, which tell nothing of her.
bool says_menu_words(const std::string& text, const Playbook& playbook)
{
    const auto begin = playbook.message_folded.find("guide.begin");
    if (begin == playbook.message_folded.end()) return false;
    const auto key = match_key(text);
    return std::ranges::any_of(begin->second, [&](const auto& label) { return std::ranges::find(label.second, key) != label.second.end(); });
}

bool is_safe_word(const std::string& text, const Conversation& conversation)
{
    const auto agreed = match_key(conversation.safe_contact.safe_word);
    return !agreed.empty() && match_key(text) == agreed;
}

std::vector<std::string> texts_before(const Conversation& conversation, TimePoint at)
{
    std::vector<std::string> texts;
    for (const auto& recent : conversation.recent_texts)
        if (recent.at <= at && at - recent.at <= recent_texts_span) texts.push_back(recent.text);
    return texts;
}

/// What is heard of words that are not quite her own: no more than `level_max`.
void hear_capped(RiskFinding& finding, const RiskRules& rules, std::string_view words, int level_max)
{
    auto other = detect(rules, words);
    other.level = std::min(other.level, level_max);
    if (other.level <= finding.level) return;
    other.spans.clear();  // they are not in the entry's text
    finding = std::move(other);
}

/// The longest beginning within `bytes_max` that does not cut a letter.
std::string cut(const std::string& text, std::size_t bytes_max)
{
    if (text.size() <= bytes_max) return text;
    auto end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

void remember(Conversation& next, const Hearing& hearing, const Inbound& inbound)
{
    auto& recent = next.recent_texts;
    std::erase_if(recent, [&](const RecentText& text) { return inbound.sent_at - text.at > recent_texts_span; });
    if (hearing.heard_text.empty()) return;
    recent.push_back({inbound.sent_at, cut(hearing.heard_text, recent_text_bytes_max), inbound.message_id});
    std::ranges::stable_sort(recent, {}, &RecentText::at);
    if (recent.size() > recent_texts_max) recent.erase(recent.begin());
}

void forget_unsent(Conversation& next, const std::string& message_id)
{
    std::erase_if(next.recent_texts, [&](const RecentText& text) { return text.message_id == message_id; });
}

RiskMark mark_of(const RiskFinding& finding)
{
    RiskMark mark;
    mark.level = static_cast<std::uint8_t>(finding.level);
    for (const auto category : finding.categories) mark.categories.emplace_back(name_of(category));
    for (const auto& span : finding.spans) mark.spans.push_back({span.from, span.to, span.rule});
    return mark;
}

void add_category(Conversation& next, std::string_view category)
{
    if (std::ranges::find(next.risk_categories, category) == next.risk_categories.end())
        next.risk_categories.emplace_back(category);
}

/// Higher than before, or danger again after an answer or a close: the target's clock starts anew. R1 is distress, told by
/// its mark alone: an event for each would teach everybody to overlook them.
void raise(Decision& decision, std::uint8_t level, TimePoint now)
{
    auto& next = decision.next;
    const bool higher = level > next.risk_level;
    const bool again = level >= soft_level && (next.risk.answered_at || next.holder.is_closed());
    if (!higher && !again) return;
    next.risk_level = std::max(next.risk_level, level);
    next.risk.raised_at = now;
    next.risk.answered_at.reset();
    if (higher && level >= soft_level) log_event(decision, "event.risk_raised", {{"level", std::to_string(level)}}, now);
}

Entry* inbound_entry(Decision& decision)
{
    const auto is_inbound = [](const Entry& entry) { return entry.kind == EntryKind::inbound; };
    const auto found = std::find_if(decision.log.rbegin(), decision.log.rend(), is_inbound);
    return found == decision.log.rend() ? nullptr : &*found;
}

bool has(const std::vector<RiskCategory>& categories, RiskCategory category)
{
    return std::ranges::find(categories, category) != categories.end();
}

/// Signs of another reader or writer, and nothing of violence with it.
bool only_watched(const RiskFinding& finding)
{
    return finding.level >= soft_level && has(finding.categories, RiskCategory::monitored) &&
           !has(finding.categories, RiskCategory::dv) && !has(finding.categories, RiskCategory::stalking);
}

/// What was heard, without what was written before it, where that matters: violence she told of earlier stands in the finding of 「これ誰？」.
RiskFinding in_these_words(const Hearing& hearing, const RiskRules& rules)
{
    const bool matters = has(hearing.finding.categories, RiskCategory::monitored) && !hearing.heard_text.empty();
    return matters ? detect(rules, hearing.heard_text) : RiskFinding{};
}

bool speaks_of_violence(const RiskFinding& finding)
{
    return finding.level >= soft_level &&
           (has(finding.categories, RiskCategory::dv) || has(finding.categories, RiskCategory::stalking));
}

/// Whether violence, told now, is asked about her screen first. She may have been asked before she told of any: then it was because of
/// what she wished to see (held_cards, lines), and what she said of it is of that hour.
bool asks_about_screen(const Conversation& before, TimePoint now)
{
    const auto& risk = before.risk;
    if (risk.screen == ScreenSafety::unknown) return true;
    const bool told_of_it = is_private(before) && risk.told_level >= soft_level;
    if (told_of_it || risk.screen == ScreenSafety::watched || waits_for_screen(before)) return false;
    return !is_alone(before, now);
}

}  // namespace

Hearing hear(const Conversation& conversation, const Inbound& inbound, const Playbook& playbook)
{
    Hearing hearing;
    const auto* text = std::get_if<TextReceived>(&inbound.content);
    const auto* sticker = std::get_if<StickerReceived>(&inbound.content);
    const auto* postback = std::get_if<PostbackReceived>(&inbound.content);
    if (text) hearing.heard_text = text->text;
    if (sticker) hearing.heard_text = sticker->text;
    if (postback) hearing.tap = tapped(*postback);
    if (text) hearing.safe_word = is_safe_word(text->text, conversation);
    if (text && !hearing.safe_word) hearing.tap = typed(text->text, inbound.received_at, conversation, playbook);
    if (!playbook.risk || hearing.safe_word || hearing.tap) return hearing;
    if (text && says_menu_words(text->text, playbook)) return hearing;

    const auto& rules = *playbook.risk;
    if (!hearing.heard_text.empty())
        hearing.finding = detect_in_context(rules, texts_before(conversation, inbound.sent_at), hearing.heard_text);
    if (sticker)
        for (const auto& keyword : sticker->keywords) hear_capped(hearing.finding, rules, keyword, keyword_level_max);
    if (postback)
        if (const auto tap = read_tap(postback->data))
            hear_capped(hearing.finding, rules, label_of(*tap, conversation.language, playbook), tap_level_max);
    hearing.other_hand = only_watched(hearing.finding) || only_watched(in_these_words(hearing, rules));
    return hearing;
}

void note_watched(Conversation& next)
{
    next.risk.screen = ScreenSafety::watched;
    next.risk.watched_seq = next.heard_seq;
}

void take_note(Decision& decision, const Hearing& hearing, const Inbound& inbound, TimePoint now)
{
    auto& next = decision.next;
    if (const auto* unsent = std::get_if<Unsent>(&inbound.content)) forget_unsent(next, unsent->message_id);
    if (!hearing.safe_word && !hearing.tap) remember(next, hearing, inbound);
    if (hearing.safe_word) {
        next.risk.disguised = true;
        note_watched(next);
        add_category(next, name_of(RiskCategory::monitored));
        log_event(decision, "event.safe_word", {}, now);
        next.risk.safe_word_seq = decision.log.back().seq;
        return raise(decision, soft_level, now);
    }
    // Also who told of no violence, but was asked because of what she asked the guide (held_cards): from here on all is said quietly.
    if (hearing.tap == SafetyTap::screen_watched) add_category(next, name_of(RiskCategory::monitored));
    const auto& finding = hearing.finding;
    if (finding.level <= 0) return;
    if (auto* entry = inbound_entry(decision)) entry->risk = mark_of(finding);
    if (finding.level >= soft_level)  // what R1 is about would hang a grave word on every talk about a topic
        for (const auto category : finding.categories) add_category(next, name_of(category));
    if (hearing.other_hand) note_watched(next);
    raise(decision, static_cast<std::uint8_t>(finding.level), now);
}

bool comes_before_the_flow(const Conversation& before, const Hearing& hearing, TimePoint now)
{
    if (before.risk.disguised || hearing.safe_word || hearing.tap) return true;
    if (hearing.finding.level >= emergency_level) return true;
    // 「誰ですか」 of somebody who never wrote is a question; in a talk it may be another hand.
    if (hearing.other_hand) return !before.position.flow.empty();
    return speaks_of_violence(hearing.finding) && asks_about_screen(before, now);
}

void end_danger_episode(Conversation& next)
{
    auto& risk = next.risk;
    risk.told_level = 0;
    if (risk.screen != ScreenSafety::watched && !waits_for_screen(next)) risk.screen = ScreenSafety::unknown;
}

bool is_private(const Conversation& conversation)
{
    const auto is_one = [](std::string_view category) {
        return category == name_of(RiskCategory::dv) || category == name_of(RiskCategory::stalking) ||
               category == name_of(RiskCategory::monitored);
    };
    return conversation.risk.disguised || std::ranges::any_of(conversation.risk_categories, is_one);
}

bool is_hidden(const Conversation& conversation, std::uint64_t seq)
{
    return conversation.risk.disguised && seq < conversation.risk.safe_word_seq;
}

bool is_alone(const Conversation& conversation, TimePoint now)
{
    const auto& risk = conversation.risk;
    return !risk.disguised && risk.screen == ScreenSafety::safe && now - risk.told_at <= screen_safe_span;
}

bool may_show(const Conversation& conversation, TimePoint now)
{
    return !conversation.risk.disguised && (!is_private(conversation) || is_alone(conversation, now));
}

bool waits_for_screen(const Conversation& conversation)
{
    const auto& held = conversation.position.held;
    return conversation.risk.screen == ScreenSafety::asked && held && held->name == held_for_screen;
}

}  // namespace tsunagi::bot

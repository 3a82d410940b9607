#include "server/store/layout_message.h"

namespace tsunagi::store {

template <>
struct Bounds<bot::HolderKind> {
    static constexpr auto first = bot::HolderKind::bot, last = bot::HolderKind::closed;
};
template <>
struct Bounds<bot::Priority> {
    static constexpr auto first = bot::Priority::normal, last = bot::Priority::emergency;
};
template <>
struct Bounds<bot::ScreenSafety> {
    static constexpr auto first = bot::ScreenSafety::unknown, last = bot::ScreenSafety::watched;
};

template <>
struct Layout<bot::Holder> {
    static void fields(auto& field, auto& holder)
    {
        auto& [kind, counselor, counselor_name, since] = holder;
        field(1, kind);
        field(2, counselor);
        field(3, counselor_name);
        field(4, since);
    }
};

template <>
struct Layout<bot::HandoffRequest> {
    static void fields(auto& field, auto& request)
    {
        auto& [reason, skills, priority, requested_at, kept_told, notices] = request;
        field(1, reason);
        field(2, skills);
        field(3, priority);
        field(4, requested_at);
        field(5, kept_told);
        field(6, notices);
    }
};

template <>
struct Layout<bot::Answer> {
    static void fields(auto& field, auto& answer)
    {
        auto& [name, value, shown, message_id] = answer;
        field(1, name);
        field(2, value);
        field(3, shown);
        field(4, message_id);
    }
};

template <>
struct Layout<bot::FlowPosition::Return> {
    static void fields(auto& field, auto& back)
    {
        auto& [flow, node] = back;
        field(1, flow);
        field(2, node);
    }
};

template <>
struct Layout<bot::FlowPosition> {
    static void fields(auto& field, auto& position)
    {
        auto& [playbook, flow, node, attempts, returns, chosen, held, question_until] = position;
        field(1, playbook);
        field(2, flow);
        field(3, node);
        field(4, attempts);
        field(5, returns);
        field(6, chosen);
        field(7, held);
        field(8, question_until);
    }
};

template <>
struct Layout<bot::RecentText> {
    static void fields(auto& field, auto& recent)
    {
        auto& [at, text, message_id] = recent;
        field(1, at);
        field(2, text);
        field(3, message_id);
    }
};

template <>
struct Layout<bot::ContactHours> {
    static void fields(auto& field, auto& hours)
    {
        auto& [weekdays, from_minute, to_minute] = hours;
        field(1, weekdays);
        field(2, from_minute);
        field(3, to_minute);
    }
};

template <>
struct Layout<bot::SafeContact> {
    static void fields(auto& field, auto& contact)
    {
        auto& [may_push, channel, when, safe_word, if_other_answers, hours] = contact;
        field(1, may_push);
        field(2, channel);
        field(3, when);
        field(4, safe_word);
        field(5, if_other_answers);
        field(6, hours);
    }
};

template <>
struct Layout<bot::RiskState> {
    static void fields(auto& field, auto& risk)
    {
        auto& [raised_at, told_level, told_at, answered_at, screen, disguised, safe_word_seq, watched_seq] = risk;
        field(1, raised_at);
        field(2, told_level);
        field(3, told_at);
        field(4, answered_at);
        field(5, screen);
        field(6, disguised);
        field(7, safe_word_seq);
        field(8, watched_seq);
    }
};

template <>
struct Layout<bot::Conversation> {
    static constexpr RecordKind kind = RecordKind::conversation;
    static constexpr std::uint8_t version = 1;
    static void fields(auto& field, auto& conversation)
    {
        auto& [desk, id, person, address, holder, language, position, answers, handoff, last_counselor, risk_level,
               risk_categories, reachable, nickname, outcome, opened_at, last_inbound_at, last_activity_at, next_seq,
               revision, risk, recent_texts, safe_contact, idle_reminders, mark_as_read_token, rich_menu, language_settled,
               staff_acted_at, blocked_at, led_elsewhere, away_told_at, unanswered_since, heard_seq, image_set] = conversation;
        field(1, desk);
        field(2, id);
        field(3, person);
        field(4, address);
        field(5, holder);
        field(6, language);
        field(7, position);
        field(8, answers);
        field(9, handoff);
        field(10, last_counselor);
        field(11, risk_level);
        field(12, risk_categories);
        field(13, reachable);
        field(14, nickname);
        field(15, outcome);
        field(16, opened_at);
        field(17, last_inbound_at);
        field(18, last_activity_at);
        field(19, next_seq);
        field(20, revision);
        field(21, risk);
        field(22, recent_texts);
        field(23, safe_contact);
        field(24, idle_reminders);
        field(25, mark_as_read_token);
        field(26, rich_menu);
        field(27, language_settled);
        field(28, staff_acted_at);
        field(29, blocked_at);
        field(30, led_elsewhere);
        field(31, image_set);
        field(32, away_told_at);
        field(33, unanswered_since);
        field(34, heard_seq);
    }
};

std::string encode(const bot::Conversation& conversation)
{
    return to_bytes(conversation, {conversation.desk.text, conversation.person.text});
}

template <>
Result<bot::Conversation, DecodeError> decode(std::string_view bytes)
{
    return from_bytes<bot::Conversation>(bytes);
}

}  // namespace tsunagi::store

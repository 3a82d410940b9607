#include "tests/unit/store/samples.h"

namespace tsunagi::store::samples {
namespace {

TimePoint at(std::int64_t ms) { return from_unix_ms(1'700'000'000'000 + ms); }

bot::Entry inbound(bot::InboundContent content)
{
    bot::Entry entry;
    entry.seq = 7;
    entry.at = at(1);
    entry.kind = bot::EntryKind::inbound;
    entry.author = {bot::AuthorKind::person, {}, "はな"};
    entry.content = std::move(content);
    entry.message_id = "468789577898262530";
    return entry;
}

}  // namespace

bot::Conversation conversation()
{
    bot::Conversation sample;
    sample.desk = DeskId{"mirai"};
    sample.id = ConversationId{"01JD0000000000000000000001"};
    sample.person = PersonId{"01JD0000000000000000000002"};
    sample.address = {bot::ChannelKind::web, "web-main", "guest-1"};
    sample.holder = {bot::HolderKind::counselor, CounselorId{"01JD0000000000000000000003"}, "田中", at(2)};
    sample.language = "ja-easy";
    sample.position.playbook = PlaybookVersion{"v1"};
    sample.position.flow = FlowId{"first-contact"};
    sample.position.node = NodeId{"topic"};
    sample.position.attempts = 2;
    sample.position.returns = {{FlowId{"start"}, NodeId{"after"}}, {FlowId{"middle"}, NodeId{""}}};
    sample.position.chosen = {"money", ""};
    sample.position.held = bot::Answer{"said", "v", "s", "m"};
    sample.position.question_until = at(5);
    sample.answers = {{"topic", "housing", "すまい", "468"}, {"age", "", "答えない", ""}};
    sample.handoff = bot::HandoffRequest{"dv", {"dv", "legal"}, bot::Priority::emergency, at(3), true};
    sample.last_counselor = CounselorId{"01JD0000000000000000000004"};
    sample.risk_level = 3;
    sample.risk_categories = {"dv", "poverty"};
    sample.reachable = false;
    sample.nickname = "はな";
    sample.outcome = "referred";
    sample.opened_at = at(4);
    sample.last_inbound_at = at(5);
    sample.last_activity_at = from_unix_ms(-1);
    sample.next_seq = ~0ULL;
    sample.revision = 300;
    sample.staff_acted_at = at(22);
    sample.blocked_at = at(23);
    sample.led_elsewhere = true;
    sample.image_set = "set";
    sample.away_told_at = at(24);
    sample.unanswered_since = at(25);
    sample.heard_seq = 26;
    sample.risk.safe_word_seq = 25;
    sample.safe_contact = {true, "line", "平日の昼", "青い傘", "写真館です", {{0b011'1110, 600, 840}, {64, 1320, 60}}};
    return sample;
}

std::vector<bot::Entry> entries()
{
    bot::Entry outbound;
    outbound.seq = 8;
    outbound.at = at(6);
    outbound.kind = bot::EntryKind::outbound;
    outbound.author = {bot::AuthorKind::counselor, CounselorId{"c"}, "田中"};
    outbound.text = "こんにちは";
    outbound.quick_replies = {{"はい", "yes"}, {"いいえ", "no"}};
    outbound.state = bot::SendState::unknown;
    outbound.failure = "send.failed.blocked";

    bot::Entry event;
    event.kind = bot::EntryKind::event;
    event.event = bot::LoggedEvent{"event.claimed", {{"by", "田中"}, {"", ""}}};

    const auto text_with_zero = std::string("a\0b", 3);
    return {
        inbound(bot::TextReceived{text_with_zero, "467", true}),
        inbound(bot::StickerReceived{"やあ", {"hello", "bear"}}),
        inbound(bot::MediaReceived{bot::MediaKind::file, "申請書.pdf", 1 << 20, 1'500, "set", 2, 3, true}),
        inbound(bot::LocationReceived{"家", "東京都", 35.68, -139.76}),
        inbound(bot::PostbackReceived{"flow:1", {{"datetime", "2026-11-22T10:00"}}}),
        inbound(bot::Followed{true}),
        inbound(bot::Unfollowed{}),
        inbound(bot::Unsent{"466"}),
        inbound(bot::OtherReceived{"beacon", R"({"hwid":"d41d8cd98f"})"}),
        outbound,
        event,
    };
}

OutboxRow outbox_row()
{
    OutboxRow sample;
    sample.desk = DeskId{"mirai"};
    sample.conversation = ConversationId{"01JD0000000000000000000001"};
    sample.seq = 9;
    sample.person = PersonId{"01JD0000000000000000000002"};
    sample.to = {bot::ChannelKind::line, "line-main", "U1"};
    sample.created_at = at(7);
    sample.retry_key = "01234567-89ab-8def-8123-456789abcdef";
    sample.by_human = true;
    sample.must_deliver = true;
    sample.reply = bot::ReplyToken{"token", at(8)};
    sample.messages = {{{"一", {{"はい", "yes"}}}, 10, at(9)}, {{"二", {}}, 11, at(10)}};
    sample.attempts = 3;
    sample.first_attempt_at = at(11);
    sample.next_attempt_at = at(12);
    sample.state = bot::SendState::sending;
    sample.last_failure = "send.failed.busy";
    sample.refused_so_far = true;
    sample.to_blocker = true;
    sample.begun_by_us = true;
    sample.is_ring = true;
    return sample;
}

Identity identity() { return {PersonId{"p"}, ConversationId{"c"}}; }
EventTaken event_taken() { return {at(13)}; }
CommandResult command_result() { return {409, R"({"holder":"c"})", at(14)}; }
EntryPlace entry_place() { return {ConversationId{"c"}, at(15), 16}; }

StaffAccount staff_account()
{
    StaffAccount sample;
    sample.id = CounselorId{"c"};
    sample.desk = DeskId{"mirai"};
    sample.login = "tanaka";
    sample.name = "田中";
    sample.role = handoff::Role::auditor;
    sample.skills = {"dv", "legal"};
    sample.password_hash = "$argon2id$v=19$";
    sample.on_duty = true;
    sample.duty_since = at(17);
    sample.totp_secret = "";  // an optional that holds a default is not an absent one
    sample.totp_step = 59'838'000;
    sample.disabled = true;
    return sample;
}

LoginOwner login_owner() { return {CounselorId{"c"}}; }
ConsoleSession console_session() { return {CounselorId{"c"}, DeskId{"mirai"}, "csrf", at(18), at(19)}; }
Timer timer() { return {DeskId{"mirai"}, ConversationId{"c"}, "remind", at(20)}; }
PlaybookSources playbook_sources() { return {{{"flows/a.yaml", "id: a\n"}, {"messages.yaml", ""}}}; }
AuditEntry audit_entry() { return {at(21), CounselorId{"c"}, "conversation.claimed", "01JD", {{"from", "queue"}}}; }

}  // namespace tsunagi::store::samples

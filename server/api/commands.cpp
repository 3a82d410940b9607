#include "server/api/commands.h"

#include "bot/base/number.h"
#include "server/api/body.h"
#include "server/api/contact_hours.h"
#include "server/api/conversation_json.h"
#include "server/api/permissions.h"

#include <algorithm>
#include <array>

namespace tsunagi::api {
namespace {

constexpr std::size_t reason_units_max = 500;

struct RefusalRow {
    handoff::Refusal refusal;
    unsigned status;
    const char* code;
};
constexpr std::array refusal_table{
    RefusalRow{handoff::Refusal::already_held, 409, "already_held"},
    RefusalRow{handoff::Refusal::not_waiting, 409, "not_waiting"},
    RefusalRow{handoff::Refusal::not_holder, 403, "not_holder"},
    RefusalRow{handoff::Refusal::off_duty, 403, "off_duty"},
    RefusalRow{handoff::Refusal::colleague_off_duty, 409, "colleague_off_duty"},
    RefusalRow{handoff::Refusal::at_capacity, 409, "at_capacity"},
    RefusalRow{handoff::Refusal::skill_missing, 403, "skill_missing"},
    RefusalRow{handoff::Refusal::no_such_counselor, 404, "no_such_counselor"},
    RefusalRow{handoff::Refusal::text_empty, 422, "text_empty"},
    RefusalRow{handoff::Refusal::text_too_long, 422, "text_too_long"},
    RefusalRow{handoff::Refusal::reason_missing, 422, "reason_missing"},
    RefusalRow{handoff::Refusal::no_such_mark, 404, "no_such_mark"},
    RefusalRow{handoff::Refusal::safe_word_empty, 422, "safe_word_empty"},
    RefusalRow{handoff::Refusal::hours_too_many, 422, "hours_too_many"},
    RefusalRow{handoff::Refusal::hours_without_day, 422, "hours_without_day"},
    RefusalRow{handoff::Refusal::hours_without_length, 422, "hours_without_length"},
    RefusalRow{handoff::Refusal::before_safe_word, 409, "before_safe_word"},
    RefusalRow{handoff::Refusal::written_since, 409, "written_since"},
};

http::Response unavailable(const Words& words)
{
    auto response = refuse(words, 503, "unavailable");
    response.fields.emplace_back("Retry-After", "2");
    return response;
}

http::Response refused(const Call& call, const desk::CommandFailure& failure, const bot::Conversation& conversation)
{
    for (const auto& row : refusal_table) {
        if (row.refusal != failure.refusal) continue;
        json more = json::object();
        if (row.status == 409) {
            more["holder"] = holder_json(conversation.holder);
            if (!failure.holder_name.empty())
                more["title"] = call.words.text("api.problem." + std::string(row.code), {{"name", failure.holder_name}});
        }
        return refuse(call.words, row.status, row.code, std::move(more));
    }
    return refuse(call.words, 500, "internal");
}

/// What staff write about a person, with one text in it that must be there.
struct Written {
    json body;
    std::string text;
};

/// The body and its text `name`; the refusal when this role may not write, or the body is not like that.
Result<Written, http::Response> written(const Call& call, const char* name)
{
    if (!permissions_of(call.caller.account.role).may_note) return refuse(call.words, 403, "forbidden");
    auto body = body_of(call.request.body);
    auto text = body ? text_of(*body, name) : std::nullopt;
    if (!text) return refuse(call.words, 400, "invalid_request");
    return Written{std::move(*body), std::move(*text)};
}

}  // namespace

net::awaitable<http::Response> Commands::carry_out(Call call, desk::Action action)
{
    const auto seen = co_await conversations_.visible(call);
    if (!seen) co_return co_await done_out_of_sight(std::move(call));
    desk::Command command{call.desk(), seen->id, call.caller.account.id, std::string(call.request.field("idempotency-key")),
                          std::move(action)};
    auto outcome = co_await desks_.command(std::move(command));
    if (!outcome.ok()) {
        using Kind = desk::CommandFailure::Kind;
        const auto& failure = outcome.error();
        if (failure.kind == Kind::no_such_conversation) co_return refuse(call.words, 404, "not_found");
        if (failure.kind == Kind::no_such_counselor) co_return refuse(call.words, 403, "forbidden");
        if (failure.kind == Kind::unavailable) co_return unavailable(call.words);
        const DeskId desk = call.desk();
        const auto now = co_await desks_.load(desk, seen->id);
        co_return refused(call, failure, now ? now->conversation : *seen);
    }
    json value;
    value["entries"] = json::array();
    for (const auto& entry : outcome->entries)
        value["entries"].push_back(entry_json(outcome->conversation, entry, outcome->entries, call.words));
    json conversation = co_await conversations_.shown(outcome->conversation, call.caller, call.words);
    value["conversation"] = std::move(conversation);
    co_return answer(200, value);
}

/// A peer concierge who handed it on sees it no more: asked again after a lost answer, what she did is done, and she is shown nothing of it.
net::awaitable<http::Response> Commands::done_out_of_sight(Call call)
{
    DeskId desk = call.desk();
    ConversationId conversation{call.capture("id")};
    std::string key(call.request.field("idempotency-key"));
    const bool is_done = co_await desks_.was_done(std::move(desk), std::move(conversation), call.caller.account.id, std::move(key));
    if (!is_done) co_return refuse(call.words, 404, "not_found");
    json value;
    value["entries"] = json::array();
    value["conversation"] = nullptr;
    co_return answer(200, value);
}

net::awaitable<http::Response> Commands::claim(Call call)
{
    if (!permissions_of(call.caller.account.role).may_hold) co_return refuse(call.words, 403, "forbidden");
    desk::Action action = desk::Claim{};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::transfer(Call call)
{
    const auto body = body_of(call.request.body);
    if (!body || !body->contains("to")) co_return refuse(call.words, 400, "invalid_request");
    const auto& to = (*body)["to"];
    const auto reason = text_of(*body, "reason");
    if (!reason || !(to.is_null() || to.is_string())) co_return refuse(call.words, 400, "invalid_request");
    if (utf16_length(*reason) > reason_units_max) co_return refuse(call.words, 422, "text_too_long");
    desk::Transfer transfer{.to = std::nullopt, .reason = *reason};
    if (to.is_string()) {
        transfer.to = CounselorId{to.get<std::string>()};
        const auto colleague = desks_.index().counselor(call.desk(), *transfer.to);
        if (!colleague || !permissions_of(colleague->role).may_hold) co_return refuse(call.words, 404, "no_such_counselor");
    }
    desk::Action action = std::move(transfer);
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::return_to_bot(Call call)
{
    const auto body = body_of(call.request.body);
    const auto seen_seq = body ? seq_of(*body, "seen_seq") : std::nullopt;
    if (!seen_seq) co_return refuse(call.words, 400, "invalid_request");
    desk::Action action = desk::ReturnToBot{*seen_seq};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::close(Call call)
{
    const auto body = body_of(call.request.body);
    if (!body) co_return refuse(call.words, 400, "invalid_request");
    const auto outcome = text_of(*body, "outcome");
    const auto say_goodbye = flag_of(*body, "say_goodbye");
    const auto seen_seq = seq_of(*body, "seen_seq");
    if (!outcome || !say_goodbye || !seen_seq) co_return refuse(call.words, 400, "invalid_request");
    if (std::find(outcomes().begin(), outcomes().end(), *outcome) == outcomes().end())
        co_return refuse(call.words, 422, "outcome_unknown");
    std::optional<handoff::Judged> judged;
    if (body->contains("level")) {
        const auto level = whole_of(*body, "level");
        if (!level || *level > handoff::risk_level_max) co_return refuse(call.words, 400, "invalid_request");
        judged = handoff::Judged{static_cast<std::uint8_t>(*level), text_of(*body, "reason").value_or("")};
    }
    desk::Action action = desk::Close{*outcome, *say_goodbye, *seen_seq, std::move(judged)};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::send_text(Call call)
{
    const auto body = body_of(call.request.body);
    const auto text = body ? text_of(*body, "text") : std::nullopt;
    const auto seen_seq = body ? seq_of(*body, "seen_seq") : std::nullopt;
    if (!text || (body->contains("seen_seq") && !seen_seq)) co_return refuse(call.words, 400, "invalid_request");
    desk::Action action = desk::SendText{*text, seen_seq};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::send_media(Call call, desk::SendMedia media)
{
    desk::Action action = std::move(media);
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::add_note(Call call)
{
    const auto note = written(call, "text");
    if (!note.ok()) co_return note.error();
    desk::Action action = desk::AddNote{note->text};
    co_return co_await carry_out(std::move(call), std::move(action));
}

// ---------------------------------------------------------------------------- danger and safe contact

net::awaitable<http::Response> Commands::set_risk(Call call)
{
    const auto reason = written(call, "reason");
    if (!reason.ok()) co_return reason.error();
    const auto level = whole_of(reason->body, "level");
    const auto seen_seq = seq_of(reason->body, "seen_seq");
    if (!level || *level > handoff::risk_level_max)
        co_return refuse(call.words, 400, "invalid_request");
    desk::Action action = desk::SetRisk{static_cast<std::uint8_t>(*level), reason->text, seen_seq.value_or(0)};  // raising never waits
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::dismiss_mark(Call call)
{
    const auto reason = written(call, "reason");
    if (!reason.ok()) co_return reason.error();
    const auto seq = number_of<std::uint64_t>(call.capture("seq"));
    if (!seq) co_return refuse(call.words, 404, "no_such_mark");
    desk::Action action = desk::DismissMark{*seq, reason->text};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::end_disguise(Call call)
{
    const auto reason = written(call, "reason");
    if (!reason.ok()) co_return reason.error();
    const auto seen_seq = seq_of(reason->body, "seen_seq");
    if (!seen_seq) co_return refuse(call.words, 400, "invalid_request");
    desk::Action action = desk::EndDisguise{reason->text, *seen_seq};
    co_return co_await carry_out(std::move(call), std::move(action));
}

net::awaitable<http::Response> Commands::set_safe_contact(Call call)
{
    if (!permissions_of(call.caller.account.role).may_note) co_return refuse(call.words, 403, "forbidden");
    const auto body = body_of(call.request.body);
    if (!body) co_return refuse(call.words, 400, "invalid_request");
    const auto may_push = flag_of(*body, "may_push");
    const auto channel = text_of(*body, "channel");
    const auto when = text_of(*body, "when");
    const auto safe_word = text_of(*body, "safe_word");
    const auto if_other_answers = text_of(*body, "if_other_answers");
    const auto rows = body->find("hours");
    constexpr std::array channels{"", "line", "web", "phone"};
    if (!may_push || !channel || !when || !safe_word || !if_other_answers || rows == body->end() || !rows->is_array() ||
        std::find(channels.begin(), channels.end(), *channel) == channels.end())
        co_return refuse(call.words, 400, "invalid_request");
    auto hours = contact_hours_of(*rows);
    if (!hours) co_return refuse(call.words, 422, "hours_malformed");
    bot::SafeContact contact{*may_push, *channel, *when, *safe_word, *if_other_answers, std::move(*hours)};
    desk::Action action = desk::SetSafeContact{std::move(contact)};
    co_return co_await carry_out(std::move(call), std::move(action));
}

}  // namespace tsunagi::api

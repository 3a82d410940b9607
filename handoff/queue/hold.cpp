#include "handoff/queue/hold.h"

#include "bot/flow/decide.h"
#include "bot/safety/hearing.h"
#include "handoff/queue/enter.h"

#include <utility>

namespace tsunagi::handoff {
namespace {

bot::Author author(const Counselor& counselor)
{
    return {.kind = bot::AuthorKind::counselor, .counselor = counselor.id, .name = counselor.name};
}

}  // namespace

bot::Decision change(const bot::Conversation& conversation)
{
    bot::Decision decision{.next = conversation, .log = {}, .effects = {}};
    ++decision.next.revision;
    return decision;
}

void give_to(bot::Decision& decision, const Counselor& counselor, TimePoint now)
{
    auto& next = decision.next;
    next.holder = {
        .kind = bot::HolderKind::counselor, .counselor = counselor.id, .counselor_name = counselor.name, .since = now};
    next.last_counselor = counselor.id;
    next.away_told_at = {};
    stop_flow(next);
    bot::end_danger_episode(next);
}

void log_by(bot::Decision& decision, const Counselor& counselor, std::string name,
            std::map<std::string, std::string> values, TimePoint now)
{
    bot::log_event(decision, std::move(name), std::move(values), now);
    decision.log.back().author = author(counselor);
}

bot::Entry& log_text(bot::Decision& decision, const Counselor& counselor, bot::EntryKind kind, const std::string& text,
                     TimePoint now)
{
    auto& entry = decision.log.emplace_back();
    entry.seq = decision.next.next_seq++;
    entry.at = now;
    entry.kind = kind;
    entry.author = author(counselor);
    entry.text = text;
    return entry;
}

}  // namespace tsunagi::handoff

#include "bot/flow/answers.h"

#include <algorithm>

namespace tsunagi::bot {
namespace {

/// Whether one of the values, joined by `,` when several were chosen, is among `wanted`.
bool has_any(std::string_view values, const std::vector<std::string>& wanted)
{
    if (std::ranges::find(wanted, values) != wanted.end()) return true;  // a free text may hold a comma
    for (std::size_t from = 0; from <= values.size();) {
        const auto to = std::min(values.find(',', from), values.size());
        if (std::ranges::find(wanted, values.substr(from, to - from)) != wanted.end()) return true;
        from = to + 1;
    }
    return false;
}

}  // namespace

const Answer* find_answer(const Conversation& conversation, std::string_view name)
{
    const auto found = std::ranges::find(conversation.answers, name, &Answer::name);
    return found == conversation.answers.end() ? nullptr : &*found;
}

void keep_answer(Conversation& conversation, Answer answer)
{
    if (answer.name.empty()) return;
    const auto known = std::ranges::find(conversation.answers, answer.name, &Answer::name);
    if (known == conversation.answers.end())
        conversation.answers.push_back(std::move(answer));
    else
        *known = std::move(answer);
}

void drop_answer(Conversation& conversation, std::string_view name)
{
    std::erase_if(conversation.answers, [&](const Answer& answer) { return answer.name == name; });
}

void drop_answers_of_message(Conversation& conversation, const std::string& message_id)
{
    if (message_id.empty()) return;
    std::erase_if(conversation.answers, [&](const Answer& answer) { return answer.message_id == message_id; });
    auto& held = conversation.position.held;
    if (held && held->message_id == message_id) held.reset();
}

bool holds(const Condition& condition, const Conversation& conversation)
{
    const auto* answer = find_answer(conversation, condition.answer);
    if (!condition.is.empty()) return answer && has_any(answer->value, condition.is);
    return (answer != nullptr) == condition.given;
}

std::string stage_of(const Score& score, const Conversation& conversation)
{
    double sum = 0;
    for (const auto& points : score.points)
        if (holds(points.when, conversation)) sum += points.points;
    const Score::Stage* reached = nullptr;
    for (const auto& stage : score.stages)
        if (sum >= stage.from && (!reached || stage.from > reached->from)) reached = &stage;
    return reached ? reached->stage : std::string{};
}

}  // namespace tsunagi::bot
